// The first batch of an epoch as a picture: of the very pixels that training is given.
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Rgb } from "../../../src/datasets/resample.js";
import { defaultTransform, toPixelValues } from "../../../src/datasets/transform.js";
import type { CallContext } from "../../../src/learner/border/channel.js";
import { stage } from "../../../src/learner/border/stage.js";
import { LearnerEngine } from "../../../src/learner/engine/engine.js";
import { denormalised } from "../../../src/learner/engine/show-batch.js";
import { epochBatches } from "../../../src/learner/engine/training/batch-order.js";
import { type LearnerOptions, toSpec } from "../../../src/learner/options.js";
import { sizeOf } from "../../../src/tensor.js";
import { colourDecoder } from "../../helpers/tiny-platform.js";
import { convOptions, convPhotos, watchedPlatform } from "../../helpers/unfreezing.js";

const engines: LearnerEngine[] = [];
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close();
});

const quiet: CallContext = { signal: new AbortController().signal, emit: () => {} };
const size = { height: 16, width: 16 };
/** In the order of the rows: by class, then name. */
const trained = convPhotos
  .filter(({ split }) => split === "train")
  .sort((a, b) => (a.label + a.image < b.label + b.image ? -1 : 1));
const batchOf = (epoch: number) => [...epochBatches(27, 16, 42, "order", epoch)[0]!].map((row) => trained[row]!);

async function open(options: Partial<LearnerOptions> = {}) {
  const platform = watchedPlatform();
  const shown: Rgb[] = [];
  const encode = async (image: Rgb) => {
    shown.push(image);
    return Uint8Array.of(shown.length);
  };
  const engine = new LearnerEngine({ ...platform, decoder: { ...platform.decoder, encode } });
  engines.push(engine);
  const spec = toSpec({ ...convOptions(), ...options });
  await engine.open(await stage(spec, (slice) => engine.stage(slice)), quiet);
  const show = async (wanted: { photos?: number; epoch?: number; unfrozen?: boolean } = {}) => {
    shown.length = 0;
    const svg = await engine.showBatch({ photos: 9, epoch: 0, unfrozen: false, ...wanted }, quiet);
    return {
      svg,
      captions: [...svg.matchAll(/<title>([^<]*)</g)].map(([, caption]) => caption),
      pixels: shown.map(({ data }) => [...data]),
    };
  };
  return { engine, platform, show };
}

describe("showBatch", () => {
  it("shows the first photos of the batch as they are, with their classes; no network is run", async () => {
    const { show, platform } = await open();
    const before = platform.runs.length;
    const { captions, pixels, svg } = await show({ epoch: 3, photos: 4 });
    const batch = batchOf(3).slice(0, 4);
    expect(captions).toEqual(batch.map(({ label }) => label));
    const transform = { ...defaultTransform, resize: size, crop: size };
    const plain = await Promise.all(
      batch.map(async ({ image }) => [...(await colourDecoder.decode(image, transform))]),
    );
    expect(pixels.map(String)).toEqual(plain.map(String));
    expect(svg).toContain("First batch of epoch 3, photos as they are");
    expect(platform.runs.length).toBe(before);
  });

  it("shows no more than the batch has, and leaves out what cannot be read", async () => {
    const { show } = await open();
    expect((await show({ photos: 64 })).captions).toHaveLength(16);
    const data = convOptions().data as { readonly items: readonly { image: string }[] };
    const items = data.items.map((item, i) => ({ ...item, image: i === 0 ? "photos/blue/broken" : item.image }));
    const bad = await open({ data: { ...data, items } as never, batchSize: 64 });
    expect((await bad.show({ photos: 64 })).captions).toHaveLength(26);
    await bad.engine.prepare(undefined, quiet);
    expect((await bad.show({ photos: 64 })).captions).toHaveLength(26);
  });

  it.each([
    ["augmented", { augment: true }],
    ["mixed too", { augment: { mixup: 0.4, cutmix: 1, randomErasing: 0.5 } }],
  ] as const)("shows what the first step of an unfrozen epoch is given, %s", async (_, options) => {
    const platform = watchedPlatform();
    const { runtime } = platform;
    let fed: Float32Array | undefined;
    const upload = vi.fn<typeof runtime.upload>(async (tensor, device) => {
      if (tensor.shape.length === 2 && sizeOf(tensor.shape) === 16 * 3 * 256) fed ??= tensor.data as Float32Array;
      return runtime.upload(tensor, device);
    });
    const engine = new LearnerEngine({ ...platform, runtime: { ...runtime, upload } });
    engines.push(engine);
    await engine.open(await stage(toSpec({ ...convOptions(), ...options }), (slice) => engine.stage(slice)), quiet);
    await engine.freezeTo(0, quiet);
    await engine.trainEpoch({ rates: { lr: [0, 0], momentum: [0, 0] }, firstStep: 0 }, quiet);
    const { show } = await open(options);
    const { pixels, captions } = await show({ unfrozen: true, photos: 16 });
    expect(pixels).toEqual(
      Array.from({ length: 16 }, (_, i) => [
        ...denormalised(fed!.subarray(i * 768, (i + 1) * 768), size, defaultTransform),
      ]),
    );
    const classes = batchOf(0).map(({ label }) => label);
    for (const [i, caption] of captions.entries()) expect(caption).toMatch(new RegExp(classes[i]!));
  });

  it("shows the views that the epoch takes of cached rows", async () => {
    const { show } = await open({ augment: { views: 2 } });
    const epochs = await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map((epoch) => epoch)).then(async (all) => {
      const found = new Map<string, Set<string>>();
      for (const epoch of all) {
        const { pixels } = await show({ epoch, photos: 16 });
        for (const [i, photo] of batchOf(epoch).entries()) {
          const seen = found.get(photo.image) ?? new Set();
          found.set(photo.image, seen.add(String(pixels[i])));
        }
      }
      return found;
    });
    const counts = [...epochs.values()].map(({ size }) => size);
    expect(Math.max(...counts)).toBe(2);
    expect((await show()).svg).toContain("photos augmented");
    const { show: plain } = await open({ augment: true });
    expect((await plain()).svg).toContain("photos as they are");
  });
});

it("denormalised gives back every byte", () => {
  const rgb = Uint8Array.from({ length: 768 }, (_, i) => i % 256);
  const values = new Float32Array(768);
  toPixelValues(rgb, size, defaultTransform, values);
  expect(denormalised(values, size, defaultTransform)).toEqual(rgb);
});
