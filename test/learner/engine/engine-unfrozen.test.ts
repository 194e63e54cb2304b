// An engine that is cancelled, or fails, in the middle of a training of unfrozen layers.
import { afterEach, expect, it, vi } from "vitest";
import { RegraftError } from "../../../src/errors.js";
import type { CallContext } from "../../../src/learner/border/channel.js";
import type { EngineEvent } from "../../../src/learner/border/events.js";
import { stage } from "../../../src/learner/border/stage.js";
import { LearnerEngine } from "../../../src/learner/engine/engine.js";
import { type LearnerOptions, toSpec } from "../../../src/learner/options.js";
import { refusal } from "../../helpers/refusal.js";
import { changed, convOptions, watchedPlatform, weightsOf } from "../../helpers/unfreezing.js";

const engines: LearnerEngine[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const engine of engines.splice(0)) await engine.close();
});

const quiet: CallContext = { signal: new AbortController().signal, emit: () => {} };

/** Unfrozen; batches of nine photos, of which four are run together: three runs and an update for each of three steps. */
async function open(options: Partial<LearnerOptions> = {}, platform = watchedPlatform()) {
  const engine = new LearnerEngine(platform);
  engines.push(engine);
  const spec = toSpec({ ...convOptions(), batchSize: 9, microBatch: 4, ...options });
  await engine.open(await stage(spec, (slice) => engine.stage(slice)), quiet);
  await engine.freezeTo(0, quiet);
  return {
    engine,
    platform,
    epoch: (context = quiet, lr = 0.05) =>
      engine.trainEpoch({ rates: { lr: [lr, lr, lr], momentum: [0.9, 0.9, 0.9] }, firstStep: 0 }, context),
    weights: async () => {
      await engine.exportTo({ folder: "out", forms: {}, fits: [], range: undefined }, quiet);
      return weightsOf(platform.files.contents.get("out/onnx/model.onnx") as Uint8Array);
    },
  };
}

/** As if each step took for ever, so that the learner keeps the result of every one. */
function pretendStepsAreSlow(): void {
  let now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => (now += 1e6));
}

/** A context that is cancelled once so many steps are done. */
function endingAfter(steps: number): CallContext {
  const controller = new AbortController();
  let done = 0;
  const emit = (event: unknown): void => {
    if ((event as EngineEvent).phase === "results" && ++done === steps) controller.abort(new Error("enough"));
  };
  return { signal: controller.signal, emit };
}

it.each([
  ["between the parts of a batch", 3 + 2],
  ["before its update", 3 + 3],
])("cancelled %s it runs nothing more, and keeps the steps before", async (_, gradients) => {
  pretendStepsAreSlow();
  const controller = new AbortController();
  const counts: Record<string, number> = {};
  const platform = watchedPlatform((name) => {
    counts[name] = (counts[name] ?? 0) + 1;
    if (counts["the gradient graph"] === 9 + gradients) controller.abort(new Error("enough"));
  });
  const stopped = await open({}, platform);
  await stopped.epoch();
  await expect(stopped.epoch({ ...quiet, signal: controller.signal })).rejects.toThrow("enough");
  expect(counts).toMatchObject({ "the gradient graph": 9 + gradients, "the update graph": 3 + 1 });

  const reference = await open();
  await reference.epoch();
  await expect(reference.epoch(endingAfter(1))).rejects.toThrow("enough");
  expect(changed(await reference.weights(), await stopped.weights())).toEqual([]);
  await stopped.epoch();
  await reference.epoch();
  expect(changed(await reference.weights(), await stopped.weights())).toEqual([]);
});

it("keeps what it has learnt when a photo cannot be read any more, and says which", async () => {
  const platform = watchedPlatform();
  let gone = false;
  const decode: typeof platform.decoder.decode = vi.fn(async (image, transform) => {
    if (gone && image === "photos/red/0")
      throw new RegraftError("unreadable-image", { image, reason: "it is gone" }, `Cannot read ${image}.`);
    return platform.decoder.decode(image, transform);
  });
  const decoder = { ...platform.decoder, decode: decode as typeof platform.decoder.decode };
  // Photos do not fit: they are decoded for every step.
  const { engine, epoch, weights } = await open({ cache: { memoryLimit: 1 } }, { ...platform, decoder });
  await epoch();
  const before = await weights();
  gone = true;
  await refusal(() => epoch(quiet, 1e-30), "unreadable-image", "photos/red/0");
  gone = false;
  expect(changed(before, await weights()).filter((name) => name.includes("stage"))).toEqual([]);
  await epoch();
  expect(changed(before, await weights())).toHaveLength(11);
  expect((await engine.prepare(undefined, quiet)).train).toBe(27);
});

it("goes back to before a fit that diverges in a later step, running statistics included", async () => {
  const { engine, epoch, weights } = await open({ batchNorm: "trained" });
  await epoch();
  const before = await weights();
  const rates = { lr: [0.05, 0.05, Number.POSITIVE_INFINITY], momentum: [0.9, 0.9, 0.9] };
  const { details } = await refusal(() => engine.trainEpoch({ rates, firstStep: 0 }, quiet), "diverged");
  expect(details).toEqual({ step: 2, lr: Number.POSITIVE_INFINITY });
  expect(changed(before, await weights())).toEqual([]);
});

it("is as it was when a session cannot be opened", async () => {
  const platform = watchedPlatform();
  const { createSession } = platform.runtime;
  let broken: string | undefined;
  const runtime: typeof platform.runtime = {
    ...platform.runtime,
    createSession: (model, source, options) => {
      if (source === broken) throw new Error("out of memory");
      return createSession(model, source, options);
    },
  };
  const { engine, epoch, weights } = await open({}, { ...platform, runtime });
  await epoch();
  const [before, alive] = [await weights(), platform.alive()];
  for (const name of ["the frozen layers", "the gradient graph", "the update graph", "the evaluation graph"]) {
    broken = name;
    await expect(engine.freezeTo(1, quiet)).rejects.toThrow("out of memory");
    expect(platform.alive()).toEqual(alive);
  }
  expect(changed(before, await weights())).toEqual([]);
  broken = undefined;
  await engine.freezeTo(1, quiet);
  expect(changed(before, await weights())).toEqual([]);
});

it("is as it was when unfreezing is cancelled", async () => {
  const { engine, epoch, platform, weights } = await open();
  await epoch();
  const [before, alive] = [await weights(), platform.alive()];
  const signal = AbortSignal.abort(new Error("enough"));
  await expect(engine.freezeTo(1, { signal, emit: () => {} })).rejects.toThrow("enough");
  expect(platform.alive()).toEqual(alive);
  expect(changed(before, await weights())).toEqual([]);
});
