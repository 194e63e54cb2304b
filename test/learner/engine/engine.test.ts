import { afterEach, describe, expect, it, vi } from "vitest";
import { imageList } from "../../../src/datasets/image-list.js";
import type { CallContext } from "../../../src/learner/border/channel.js";
import type { EngineEvent } from "../../../src/learner/border/events.js";
import { LearnerEngine } from "../../../src/learner/engine/engine.js";
import type { Prediction } from "../../../src/learner/engine/prediction/predict.js";
import type { Validation } from "../../../src/learner/engine/training/validation.js";
import { type LearnerOptions, toSpec } from "../../../src/learner/options.js";
import { refusal } from "../../helpers/refusal.js";
import { colourDecoder, colourItems, colours, tinyPlatform } from "../../helpers/tiny-platform.js";

const engines: LearnerEngine[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const engine of engines.splice(0)) await engine.close();
});

function contextOf(controller = new AbortController()) {
  const events: EngineEvent[] = [];
  const context: CallContext = { signal: controller.signal, emit: (event) => events.push(event as EngineEvent) };
  return { events, context };
}

/** Twelve photos of each colour, nine to train on: two batches of sixteen and eleven. */
async function open(options: Partial<LearnerOptions> = {}, platform = tinyPlatform()) {
  const engine = new LearnerEngine(platform);
  engines.push(engine);
  const data = imageList(colourItems(12));
  const spec = toSpec({ model: "tiny", data, batchSize: 16, device: { name: "cpu", threads: 1 }, ...options });
  await engine.stage({ kind: "items", items: data.items, offset: 0 });
  const info = await engine.open({ ...spec, data: { ...data, items: [] } }, contextOf().context);
  let fits = 0;
  return {
    engine,
    info,
    epoch: (lr = 0.5, firstStep = 0, { context } = contextOf()) =>
      engine.trainEpoch({ rates: { lr: [lr, lr], momentum: [0.9, 0.9] }, firstStep }, context),
    /** All that the weights are: the bytes of the export. */
    weights: async () => {
      const folder = `export-${fits++}`;
      await engine.exportTo({ folder, forms: {}, fits: [], range: undefined }, quiet);
      return platform.files.contents.get(`${folder}/onnx/model.onnx`);
    },
  };
}

const { context: quiet } = contextOf();

describe("LearnerEngine", () => {
  it("tells what it has opened", async () => {
    const { info } = await open();
    expect(info).toEqual({
      model: "tiny",
      device: "cpu",
      task: "single-label",
      classes: colours,
      metrics: expect.arrayContaining(["accuracy"]),
      features: 3,
      layerGroups: [
        { name: "all", parameters: 0 },
        { name: "head", parameters: 12 },
      ],
      reasons: {
        cut: expect.stringContaining('3 features of "features"'),
        transform: "the registry says so of tiny",
        device: "cpu: as asked for",
      },
      notices: [],
    });
  });

  it("reads the photos once, whatever asks first", async () => {
    const decode = vi.fn(colourDecoder.decode);
    const { engine } = await open({}, tinyPlatform({ decoder: { ...colourDecoder, decode } }));
    const first = contextOf();
    expect(await engine.prepare(undefined, first.context)).toEqual({
      train: 27,
      valid: 9,
      skipped: [],
      stepsPerEpoch: 2,
    });
    expect(first.events.at(-1)).toEqual({ phase: "features", done: 36, total: 36 });
    const second = contextOf();
    await engine.prepare(undefined, second.context);
    await engine.validate(undefined, second.context);
    expect(second.events).toEqual([]);
    expect(decode).toHaveBeenCalledTimes(36);
  });

  it("reads them again when the first time was cancelled", async () => {
    const controller = new AbortController();
    const { engine } = await open();
    const { signal } = controller;
    const cancel = () => controller.abort(new Error("enough"));
    await expect(engine.prepare(undefined, { signal, emit: cancel })).rejects.toThrow("enough");
    expect((await engine.prepare(undefined, quiet)).train).toBe(27);
  });

  it("learns: validation gets better, told with steps and progress", async () => {
    const { engine, epoch } = await open();
    const before = (await engine.validate(undefined, quiet)) as Validation;
    expect(before.loss).toBeCloseTo(Math.log(3), 6);
    const training = contextOf();
    for (let i = 0; i < 10; i++) await epoch(0.5, 2 * i, training);
    const after = (await engine.validate(undefined, quiet)) as Validation;
    expect(after.accuracy).toBeGreaterThan(Math.max(0.7, before.accuracy));
    expect(after.loss).toBeLessThan(0.8);
    const results = training.events.flatMap((event) => (event.phase === "results" ? [event.losses.length] : []));
    expect(results.reduce((sum, steps) => sum + steps)).toBe(20);
    expect(training.events.at(-1)).toEqual({ phase: "train", done: 2, total: 2 });
  });

  it("gives the same weights, bit for bit, to the same seed, and others to another", async () => {
    const trained = async (seed: number) => {
      const { epoch, weights } = await open({ seed });
      for (let i = 0; i < 3; i++) await epoch();
      return weights();
    };
    const first = await trained(1);
    expect(await trained(1)).toEqual(first);
    expect(await trained(2)).not.toEqual(first);
  });

  it("leaves nothing of its range tests: training afterwards is bit for bit what it would have been", async () => {
    const plain = await open();
    await plain.epoch();
    await plain.epoch(0.5, 2);
    const tested = await open();
    const { suggestion, runs } = await tested.engine.lrFind({ runs: 2 }, quiet);
    expect(runs).toHaveLength(2);
    expect(suggestion.lr).toBeGreaterThan(0);
    await tested.epoch();
    await tested.engine.cyclicalRange({ epochs: 6 }, quiet);
    await tested.epoch(0.5, 2);
    expect(await tested.weights()).toEqual(await plain.weights());
  });

  it("goes back to before the fit when that diverges, and on from there as if nothing had been", async () => {
    const { epoch, weights } = await open();
    await epoch();
    const before = await weights();
    await epoch(0.5, 0);
    await refusal(() => epoch(Number.POSITIVE_INFINITY, 2), "diverged");
    expect(await weights()).toEqual(before);
    await epoch(0.5, 0);
    const plain = await open();
    await plain.epoch();
    await plain.epoch();
    expect(await weights()).toEqual(await plain.weights());
  });

  it("keeps what it has learnt when it is cancelled", async () => {
    const { epoch, weights } = await open();
    const untrained = await weights();
    // Each run seems to take for ever, so that each is one step.
    let now = 0;
    vi.spyOn(performance, "now").mockImplementation(() => (now += 1e6));
    const controller = new AbortController();
    const stopping: CallContext = {
      signal: controller.signal,
      emit: ({ phase }: EngineEvent) => phase === "results" && controller.abort(new Error("enough")),
    } as CallContext;
    await expect(epoch(0.5, 0, { context: stopping, events: [] })).rejects.toThrow("enough");
    expect(await weights()).not.toEqual(untrained);
  });

  it("predicts as it validates, any number of images", async () => {
    const { engine, epoch } = await open();
    for (let i = 0; i < 5; i++) await epoch();
    const { accuracy } = (await engine.validate(undefined, quiet)) as Validation;
    const valid = colourItems(12).filter(({ split }) => split === "valid");
    const { context, events } = contextOf();
    const predictions = (await engine.predict(
      valid.map(({ image }) => image),
      context,
    )) as Prediction[];
    const hits = predictions.filter(({ label }, i) => label === valid[i]!.label).length;
    expect(hits / valid.length).toBeCloseTo(accuracy, 12);
    expect(events).toEqual([8, 9].map((done) => ({ phase: "predict", done, total: 9 })));
    await refusal(() => engine.predict(["photos/broken"], quiet), "unreadable-image");
  });

  it("draws the range test", async () => {
    const { engine } = await open();
    const svg = await engine.plot(await engine.lrFind({ runs: 1, steps: 30 }, quiet));
    expect(svg).toMatch(/^<svg[^>]*>.*<\/svg>\s*$/s);
  });

  it("releases its sessions when it is closed, and can be closed twice or unopened", async () => {
    const { runtime } = tinyPlatform();
    const created: string[] = [];
    const released: string[] = [];
    const createSession: typeof runtime.createSession = async (model, source, options) => {
      const session = await runtime.createSession(model, source, options);
      created.push(source);
      return { ...session, release: () => session.release().then(() => void released.push(source)) };
    };
    const { engine } = await open({}, tinyPlatform({ runtime: { ...runtime, createSession } }));
    await engine.close();
    await engine.close();
    expect(created).toEqual(expect.arrayContaining(["tiny", "the training graph", "the evaluation graph"]));
    expect(released.toSorted()).toEqual(created.toSorted());
    await expect(engine.validate(undefined, quiet)).rejects.toThrow("the learner is open");
    await new LearnerEngine(tinyPlatform()).close();
  });
});
