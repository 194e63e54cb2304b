// Heads with running statistics and dropout, from the options to the export.

import { afterEach, describe, expect, it, vi } from "vitest";
import { imageList } from "../../../src/datasets/image-list.js";
import type { CallContext } from "../../../src/learner/border/channel.js";
import type { EngineEvent } from "../../../src/learner/border/events.js";
import { ClassifierEngine } from "../../../src/learner/engine/classifier/classifier-engine.js";
import { LearnerEngine } from "../../../src/learner/engine/engine.js";
import type { Validation } from "../../../src/learner/engine/training/validation.js";
import { type LearnerOptions, toSpec } from "../../../src/learner/options.js";
import { readModel } from "../../../src/onnx/read.js";
import { largestDifference } from "../../helpers/difference.js";
import { refusal } from "../../helpers/refusal.js";
import { colourItems, tinyPlatform } from "../../helpers/tiny-platform.js";

const engines: (LearnerEngine | ClassifierEngine)[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const engine of engines.splice(0)) await engine.close();
});

const quiet: CallContext = { signal: new AbortController().signal, emit: () => {} };
const items = colourItems(36);
const device = { name: "cpu", threads: 1 } as const;

/** 81 photos train: in batches of sixteen, the sixth is a single photo. */
async function open(options: Partial<LearnerOptions> = {}) {
  const platform = tinyPlatform();
  const engine = new LearnerEngine(platform);
  engines.push(engine);
  const data = imageList(items);
  const given = { model: "tiny", data, head: { hidden: 16 }, batchSize: 16, device, ...options };
  await engine.stage({ kind: "items", items: data.items, offset: 0 });
  await engine.open({ ...toSpec(given), data: { ...data, items: [] } }, quiet);
  const losses: number[] = [];
  const emit = (event: unknown): void => {
    if ((event as EngineEvent).phase === "results") losses.push(...(event as { losses: Float32Array }).losses);
  };
  return {
    engine,
    platform,
    losses,
    epoch: (firstStep = 0, lr = 0.05) => {
      const rates = { lr: Array(6).fill(lr), momentum: Array(6).fill(0.9) };
      return engine.trainEpoch({ rates, firstStep }, { ...quiet, emit });
    },
    weights: async () => {
      await engine.exportTo({ folder: "export", forms: {}, fits: [], range: undefined }, quiet);
      return platform.files.contents.get("export/onnx/model.onnx") as Uint8Array;
    },
  };
}

describe("a head with hidden layers", () => {
  it("learns, last batches of one photo included", async () => {
    const { engine, epoch, losses } = await open();
    for (let i = 0; i < 12; i++) await epoch(6 * i);
    expect(losses).toHaveLength(72);
    expect(losses.every(Number.isFinite)).toBe(true);
    const { accuracy, loss } = (await engine.validate(undefined, quiet)) as Validation;
    expect(accuracy).toBeGreaterThan(0.75);
    expect(loss).toBeLessThan(0.7);
  });

  it("is exported as it validates: with the running statistics, and nothing dropped", async () => {
    const { engine, platform, epoch, weights } = await open();
    for (let i = 0; i < 5; i++) await epoch(6 * i);
    const { graph } = readModel(await weights(), { source: "export" });
    expect(graph.nodes.slice(-5).map(({ opType }) => opType)).toEqual([
      ...["BatchNormalization", "Gemm", "Relu", "BatchNormalization", "Gemm"],
    ]);
    expect(graph.initializers.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["classifier.bn1.running_mean", "classifier.linear2.weight"]),
    );
    const images = items.map(({ image }) => image);
    const exported = new ClassifierEngine(platform);
    engines.push(exported);
    await exported.open({ folder: "export", device }, quiet);
    const [ours, theirs] = await Promise.all([engine.predict(images, quiet), exported.predict(images, quiet)]);
    for (const [i, { logits }] of ours.entries())
      expect(largestDifference(theirs[i]!.logits, logits)).toBeLessThan(1e-5);
  });

  it("is the same, bit for bit, for the same seed, however steps are divided into runs", async () => {
    const trained = async (seed: number) => {
      const { epoch, weights } = await open({ seed });
      for (let i = 0; i < 3; i++) await epoch(6 * i);
      return weights();
    };
    const first = await trained(1);
    expect(await trained(1)).toEqual(first);
    let now = 0;
    vi.spyOn(performance, "now").mockImplementation(() => (now += 1e6));
    expect(await trained(1)).toEqual(first);
    vi.restoreAllMocks();
    expect(await trained(2)).not.toEqual(first);
  });

  it("is left as it was by range tests, whose runs differ", async () => {
    const plain = await open();
    await plain.epoch();
    const tested = await open();
    const { runs } = await tested.engine.lrFind({ runs: 2 }, quiet);
    expect(runs[0]!.losses).not.toEqual(runs[1]!.losses);
    await tested.engine.cyclicalRange({ epochs: 6 }, quiet);
    await tested.epoch();
    expect(await tested.weights()).toEqual(await plain.weights());
  });

  it("goes back to before the fit, running statistics included, when that diverges", async () => {
    const { epoch, weights } = await open();
    await epoch();
    const before = await weights();
    await refusal(() => epoch(0, Number.POSITIVE_INFINITY), "diverged");
    expect(await weights()).toEqual(before);
  });
});
