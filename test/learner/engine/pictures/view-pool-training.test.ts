// Learners whose views are made by a pool: what they learn is what they learn without one, to the bit.
import { afterEach, describe, expect, it, vi } from "vitest";
import type { CallContext } from "../../../../src/learner/border/channel.js";
import { stage } from "../../../../src/learner/border/stage.js";
import { LearnerEngine } from "../../../../src/learner/engine/engine.js";
import { viewPool } from "../../../../src/learner/engine/pictures/view-pool.js";
import { type LearnerOptions, toSpec } from "../../../../src/learner/options.js";
import { nearWorkers } from "../../../helpers/picture-workers.js";
import { colourDecoder } from "../../../helpers/tiny-platform.js";
import {
  changed,
  convOptions,
  type WatchedPlatform,
  type Weights,
  watchedPlatform,
  weightsOf,
} from "../../../helpers/unfreezing.js";

const quiet: CallContext = { signal: new AbortController().signal, emit: () => {} };

const engines: LearnerEngine[] = [];
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close();
});

const ready = () => new Promise((resolve) => setTimeout(resolve, 20));

/** A platform with workers that are ready, and how many photos are decoded beside them. */
async function pooled() {
  const workers = nearWorkers(colourDecoder);
  const platform = watchedPlatform();
  const decodeWhole = vi.fn(colourDecoder.decodeWhole);
  const decoder = { ...platform.decoder, decodeWhole };
  const views = viewPool(decoder, workers);
  await views.make({ of: "red/0", transform: {} as never, finest: 1, seed: 0, views: [] }).catch(() => {});
  await ready();
  decodeWhole.mockClear();
  return { platform: { ...platform, decoder, views }, workers, decodeWhole };
}

async function open(options: Partial<LearnerOptions>, first: number, platform: WatchedPlatform) {
  const engine = new LearnerEngine(platform);
  engines.push(engine);
  await engine.open(await stage(toSpec({ ...convOptions(), ...options }), (slice) => engine.stage(slice)), quiet);
  if (first < 3) await engine.freezeTo(first, quiet);
  return {
    engine,
    epoch: (context = quiet) =>
      engine.trainEpoch({ rates: { lr: [0.05, 0.05], momentum: [0.9, 0.9] }, firstStep: 0 }, context),
    weights: async () => {
      await engine.exportTo({ folder: "out", forms: {}, fits: [], range: undefined }, quiet);
      return weightsOf(platform.files.contents.get("out/onnx/model.onnx") as Uint8Array);
    },
  };
}

async function trained(options: Partial<LearnerOptions>, first: number, platform: WatchedPlatform) {
  const { epoch, weights } = await open(options, first, platform);
  await epoch();
  await epoch();
  return weights();
}

describe.each([
  // Two epochs of 27 photos; pictures are decoded once beside the pool, where they are kept.
  ["unfrozen", 0, { augment: true }, 54, 27],
  ["unfrozen, photos decoded again", 0, { augment: true, cache: { memoryLimit: 1 } }, 54, 27],
  ["unfrozen, mixed", 0, { augment: { mixup: 0.4, cutmix: 1 } }, 54, 27],
  ["partly frozen, in views", 2, { augment: { views: 3 } }, 27, 0],
  ["head alone, in views kept on disk", 3, { augment: { views: 3 }, cache: { folder: "cache" } }, 27, 0],
] as const)("training %s", (_, first, options, asked, decoded) => {
  let reference: Promise<Weights> | undefined;
  const withoutPool = (): Promise<Weights> => {
    reference ??= trained(options, first, watchedPlatform());
    return reference;
  };

  it("is the same with a pool as without, and has its views from there", async () => {
    const { platform, workers, decodeWhole } = await pooled();
    const weights = await trained(options, first, platform);
    expect(changed(weights, await withoutPool())).toEqual([]);
    const answered = workers.started.flatMap((worker) => worker.answered.filter(({ views }) => views?.length));
    expect(answered).toHaveLength(asked);
    expect(decodeWhole).toHaveBeenCalledTimes(decoded);
  });

  it("is the same where workers are lost on the way", async () => {
    const { platform, workers } = await pooled();
    const { epoch, weights } = await open(options, first, platform);
    let seen = 0;
    const onProgress = (): void => {
      if (++seen <= 2) workers.started[seen - 1]!.crash();
    };
    await epoch({ ...quiet, emit: onProgress });
    await epoch();
    expect(workers.started.map(({ hasEnded }) => hasEnded())).toEqual([true, true]);
    expect(changed(await weights(), await withoutPool())).toEqual([]);
  });
});
