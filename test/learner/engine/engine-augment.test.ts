// Learners whose photos are augmented: anew in every epoch where nothing is frozen, as cached views where layers are.
import { afterEach, describe, expect, it, vi } from "vitest";
import { defaultAugment } from "../../../src/datasets/augment/default-augment.js";
import type { CallContext } from "../../../src/learner/border/channel.js";
import { stage } from "../../../src/learner/border/stage.js";
import { LearnerEngine } from "../../../src/learner/engine/engine.js";
import { type LearnerOptions, toSpec } from "../../../src/learner/options.js";
import { memoryStorages } from "../../helpers/memory-storage.js";
import { refusal } from "../../helpers/refusal.js";
import { changed, convOptions, watchedPlatform, weightsOf } from "../../helpers/unfreezing.js";

const engines: LearnerEngine[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const engine of engines.splice(0)) await engine.close();
});

const quiet: CallContext = { signal: new AbortController().signal, emit: () => {} };

async function open(options: Partial<LearnerOptions>, platform = watchedPlatform()) {
  const engine = new LearnerEngine(platform);
  engines.push(engine);
  const spec = toSpec({ ...convOptions(), ...options });
  const info = await engine.open(await stage(spec, (slice) => engine.stage(slice)), quiet);
  return {
    engine,
    info,
    platform,
    epoch: () => engine.trainEpoch({ rates: { lr: [0.05, 0.05], momentum: [0.9, 0.9] }, firstStep: 0 }, quiet),
    weights: async () => {
      await engine.exportTo({ folder: "out", forms: {}, fits: [], range: undefined }, quiet);
      return weightsOf(platform.files.contents.get("out/onnx/model.onnx") as Uint8Array);
    },
  };
}

type Opened = Awaited<ReturnType<typeof open>>;

async function trained(options: Partial<LearnerOptions>, first: number, work: (opened: Opened) => Promise<unknown>) {
  const opened = await open(options);
  if (first < 3) await opened.engine.freezeTo(first, quiet);
  await work(opened);
  return opened.weights();
}

const twoEpochs = async ({ epoch }: Opened): Promise<void> => {
  await epoch();
  await epoch();
};

describe.each([
  ["unfrozen", 0, { augment: true }],
  ["unfrozen, mixed", 0, { augment: { mixup: 0.4, cutmix: 1 } }],
  ["partly frozen, in views", 2, { augment: { views: 3 } }],
  ["head alone, in views, mixed", 3, { augment: { views: 3, mixup: 0.4 } }],
  ["head alone, plain, mixed", 3, { augment: { mixup: 0.4 } }],
] as const)("training %s", (_, first, options) => {
  it("is the same, bit for bit, from the same seed, and another without augmentation or from another seed", async () => {
    const reference = await trained(options, first, twoEpochs);
    expect(changed(reference, await trained(options, first, twoEpochs))).toEqual([]);
    expect(changed(reference, await trained({}, first, twoEpochs))).not.toEqual([]);
    expect(changed(reference, await trained({ ...options, seed: 7 }, first, twoEpochs))).not.toEqual([]);
  });

  it("does not notice range tests, whose photos are augmented too", async () => {
    const tested = await trained(options, first, async (opened) => {
      await opened.epoch();
      await opened.engine.lrFind({ runs: 1, steps: 20 }, quiet);
      await opened.epoch();
    });
    expect(changed(tested, await trained(options, first, twoEpochs))).toEqual([]);
    const lossesOf = async (options: Partial<LearnerOptions>) => {
      const { engine } = await open(options);
      if (first < 3) await engine.freezeTo(first, quiet);
      return (await engine.lrFind({ runs: 1, steps: 20 }, quiet)).curve.losses;
    };
    const losses = await lossesOf(options);
    expect(await lossesOf(options)).toEqual(losses);
    expect(await lossesOf({})).not.toEqual(losses);
  });

  it("validates photos as they are", async () => {
    const [plain, augmented] = [await open({}), await open(options)];
    for (const { engine } of [plain, augmented]) if (first < 3) await engine.freezeTo(first, quiet);
    const { loss: expected, ...same } = await plain.engine.validate(undefined, quiet);
    const { loss, ...scores } = await augmented.engine.validate(undefined, quiet);
    expect(scores).toEqual(same);
    expect(loss).toBeCloseTo(expected, 6);
  });
});

it("photos that do not fit into memory are decoded again, and augmented alike", async () => {
  const little = { augment: true, cache: { memoryLimit: 1 } };
  expect(changed(await trained(little, 0, twoEpochs), await trained({ augment: true }, 0, twoEpochs))).toEqual([]);
});

describe("augmented views of cached rows", () => {
  const options = (storage: boolean, more: object = {}): Partial<LearnerOptions> => ({
    augment: { views: 3, ...more },
    ...(storage && { cache: { folder: "cache" } }),
  });

  it("are found on disk by the next learner, which decodes nothing and runs no network", async () => {
    const platform = { ...watchedPlatform(), storage: memoryStorages() };
    const decodeWhole = vi.fn(platform.decoder.decodeWhole);
    const watched = { ...platform, decoder: { ...platform.decoder, decodeWhole } };
    const first = await open(options(true), watched);
    await first.engine.prepare(undefined, quiet);
    expect(decodeWhole).toHaveBeenCalledTimes(27);
    const before = platform.runs.length;
    await twoEpochs(first);
    const weights = await first.weights();
    decodeWhole.mockClear();
    platform.decoder.decode.mockClear();
    platform.runs.length = 0;
    const second = await open(options(true, { mixup: 0 }), watched);
    const opening = platform.runs.length;
    await second.engine.prepare(undefined, quiet);
    expect(decodeWhole).not.toHaveBeenCalled();
    expect(platform.decoder.decode).not.toHaveBeenCalled();
    expect(platform.runs.length).toBe(opening);
    expect(before).toBeGreaterThan(opening);
    await twoEpochs(second);
    expect(changed(await second.weights(), weights)).toEqual([]);
    // Two views of the three are those of a learner with two.
    const fewer = await open({ ...options(true), augment: { views: 2 } }, watched);
    await fewer.engine.prepare(undefined, quiet);
    expect(decodeWhole).not.toHaveBeenCalled();
    const others = await open({ ...options(true), augment: { views: 2, rotation: 11 } }, watched);
    await others.engine.prepare(undefined, quiet);
    expect(decodeWhole).toHaveBeenCalledTimes(27);
  });

  it("are the same in memory and on disk", async () => {
    expect(changed(await trained(options(true), 3, twoEpochs), await trained(options(false), 3, twoEpochs))).toEqual(
      [],
    );
  });

  it("are counted against the memory limit before anything is read", async () => {
    // Eight features of 27 photos in three views, and of nine to validate on.
    const needed = (27 * 3 + 9) * 8 * 4;
    const { engine, platform } = await open({ ...options(false), cache: { memoryLimit: needed - 1 } });
    const error = await refusal(() => engine.prepare(undefined, quiet), "memory-limit", "lower augment.views");
    expect(error.details).toEqual({ needed, limit: needed - 1 });
    expect(platform.decoder.decode).not.toHaveBeenCalled();
    await (await open({ ...options(false), cache: { memoryLimit: needed } })).engine.prepare(undefined, quiet);
  });

  it("leave out a photo that cannot be read once, not once a view", async () => {
    const data = convOptions().data as { readonly items: readonly object[] };
    const items = [...data.items, { image: "photos/red/broken", label: "red", split: "train" }];
    const { engine } = await open({ ...options(false), data: { ...data, items } as never });
    expect(await engine.prepare(undefined, quiet)).toMatchObject({
      train: 27,
      valid: 9,
      skipped: [{ image: "photos/red/broken" }],
    });
  });
});

it("what is not done while layers are frozen is among the notices, until they are not", async () => {
  const { engine, info } = await open({ augment: { ...defaultAugment, cutmix: 1 } });
  expect(info.notices.filter((notice) => notice.startsWith("While layers are frozen"))).toHaveLength(2);
  expect((await engine.freezeTo(0, quiet)).notices).toEqual([]);
});
