import { describe, expect, it, vi } from "vitest";
import { defaultAugment } from "../../../../src/datasets/augment/default-augment.js";
import type { Photo } from "../../../../src/datasets/photo-set.js";
import { defaultTransform, type ImageTransform, toPixelValues } from "../../../../src/datasets/transform.js";
import { RegraftError } from "../../../../src/errors.js";
import { createAugmenter } from "../../../../src/learner/engine/features/augmenter.js";
import type { Chunk, DrawPath, FeatureSource } from "../../../../src/learner/engine/features/feature-source.js";
import { collectPixels } from "../../../../src/learner/engine/features/pixel-source.js";
import type { ViewMaker } from "../../../../src/learner/engine/pictures/view-maker.js";
import { refusal } from "../../../helpers/refusal.js";
import { colourDecoder } from "../../../helpers/tiny-platform.js";

const { crop: _, ...uncropped } = defaultTransform;
const transform: ImageTransform = { ...uncropped, resize: { height: 2, width: 3 } };
const bytesPerPhoto = 3 * 2 * 3;
const { signal } = new AbortController();

const photos = Array.from(
  { length: 12 },
  (_, i): Photo => ({ image: `red/${i}`, name: `${i}.jpg`, label: i % 2, split: i % 4 === 3 ? "valid" : "train" }),
);
/** Numbers of the photos to train on. */
const trained = [0, 1, 2, 4, 5, 6, 8, 9, 10];
const enough = photos.length * bytesPerPhoto;

/** Takes all photos but `skipped`, as an extraction does. */
async function collected(memoryLimit: number, { skipped = [] as number[], decode = vi.fn(colourDecoder.decode) } = {}) {
  const set = { task: "single-label" as const, classes: ["a", "b"], photos, skipped: [] };
  const collector = collectPixels({ photos: set, decoder: { ...colourDecoder, decode }, transform, memoryLimit });
  for (const [i, photo] of photos.entries())
    if (!skipped.includes(i)) await collector.add(photo, await collector.load(photo), []);
  await collector.keep();
  const sources = await collector.finish(signal);
  decode.mockClear();
  return { ...sources, decode };
}

async function pixelsOf(numbers: readonly number[]): Promise<number[]> {
  const rows = numbers.map(async (i) => {
    const pixels = new Float32Array(bytesPerPhoto);
    toPixelValues(await colourDecoder.decode(`red/${i}`, transform), { height: 2, width: 3 }, transform, pixels);
    return [...pixels];
  });
  return (await Promise.all(rows)).flat();
}

async function chunksOf(source: FeatureSource, batches: readonly number[][]): Promise<Chunk[]> {
  const chunks: Chunk[] = [];
  for await (const chunk of source.chunks(batches.map((rows) => Int32Array.from(rows)))) chunks.push(chunk);
  return chunks;
}

describe.each([
  ["held in memory", enough, 0],
  ["decoded each time", enough - 1, 1],
] as const)("pixels %s", (_, memoryLimit, decodings) => {
  it("are the photos' rows, with labels and names", async () => {
    const { train, valid, decode } = await collected(memoryLimit);
    expect([train.count, valid.count]).toEqual([9, 3]);
    expect([...train.labels.data]).toEqual(trained.map((i) => i % 2));
    expect(valid.names).toEqual(["3.jpg", "7.jpg", "11.jpg"]);
    const { features, labels } = await train.slice(2, 5);
    expect(features.shape).toEqual([3, bytesPerPhoto]);
    expect([...features.data]).toEqual(await pixelsOf([2, 4, 5]));
    expect([...labels.data]).toEqual([0, 0, 1]);
    expect([...(await valid.slice(0, 3)).features.data]).toEqual(await pixelsOf([3, 7, 11]));
    expect(decode).toHaveBeenCalledTimes(6 * decodings);
  });

  it("come batch by batch", async () => {
    const { train, decode } = await collected(memoryLimit);
    const chunks = await chunksOf(train, [[5, 0, 8], [1], [2, 2]]);
    expect(chunks.map(({ first }) => first)).toEqual([0, 1, 2]);
    expect(chunks.map(({ batches }) => batches.map((rows) => [...rows]))).toEqual([[[0, 1, 2]], [[0]], [[0, 1]]]);
    expect(chunks.map(({ features }) => features.shape[0])).toEqual([3, 1, 2]);
    expect(chunks.flatMap(({ features }) => [...features.data])).toEqual(
      await pixelsOf([5, 0, 8, 1, 2, 2].map((row) => trained[row]!)),
    );
    expect(chunks.flatMap(({ labels }) => [...labels.data])).toEqual([0, 0, 0, 1, 0, 0]);
    expect(decode).toHaveBeenCalledTimes(6 * decodings);
    expect(await chunksOf(train, [])).toEqual([]);
  });

  it("leave out what could not be read", async () => {
    const { train } = await collected(memoryLimit, { skipped: [0, 2, 4] });
    expect(train.names).toEqual([1, 5, 6, 8, 9, 10].map((i) => `${i}.jpg`));
    expect([...(await train.slice(1, 2)).features.data]).toEqual(await pixelsOf([5]));
    expect((await train.slice(3, 3)).features.shape[0]).toBe(0);
  });
});

describe("photos that are decoded each time", () => {
  it("are decoded one batch ahead, and no further", async () => {
    const { train, decode } = await collected(1);
    const counts: number[] = [];
    for await (const _ of train.chunks([[0, 1], [2], [3, 4, 5]].map((rows) => Int32Array.from(rows))))
      counts.push(decode.mock.calls.length);
    expect(counts).toEqual([3, 6, 6]);
    decode.mockClear();
    for await (const _ of train.chunks([[0, 1], [2], [3, 4, 5]].map((rows) => Int32Array.from(rows)))) break;
    expect(decode).toHaveBeenCalledTimes(3);
  });

  it("end training when one cannot be read any more; the batches before it are given", async () => {
    let gone = false;
    const decode = vi.fn<typeof colourDecoder.decode>(async (image, transform) => {
      if (gone && image === "red/4")
        throw new RegraftError("unreadable-image", { image, reason: "gone" }, "It is gone.");
      return colourDecoder.decode(image, transform);
    });
    const { train } = await collected(1, { decode });
    gone = true;
    const given: number[] = [];
    const all = async (batches: number[][]) => {
      for await (const { first } of train.chunks(batches.map((rows) => Int32Array.from(rows)))) given.push(first);
    };
    await refusal(() => all([[0], [1], [2, 3]]), "unreadable-image", "gone");
    expect(given).toEqual([0, 1]);
    // A failure ahead of who has broken off is nobody's: no rejection is left unhandled.
    for await (const _ of train.chunks([Int32Array.of(0), Int32Array.of(3)])) break;
  });

  it("stop with the signal's reason", async () => {
    const { train, decode } = await collected(1);
    const controller = new AbortController();
    const all = async () => {
      const batches = [0, 1, 2, 3].map((row) => Int32Array.of(row));
      for await (const { first } of train.chunks(batches, controller.signal))
        if (first === 1) controller.abort(new Error("enough"));
    };
    await expect(all()).rejects.toThrow("enough");
    expect(decode).toHaveBeenCalledTimes(3);
  });
});

describe.each([
  ["held in memory", 2 ** 20],
  ["decoded each time", 1],
] as const)("augmented pixels %s", (_, memoryLimit) => {
  async function source(views?: ViewMaker) {
    const augmenter = createAugmenter({ spec: defaultAugment, seed: 3, decoder: colourDecoder, transform, views });
    const set = { task: "single-label", classes: ["a", "b"], photos, skipped: [] } as const;
    const collector = collectPixels({ photos: set, decoder: colourDecoder, transform, memoryLimit, augmenter });
    for (const photo of photos) await collector.add(photo, await collector.load(photo), []);
    return { ...(await collector.finish(signal)), augmenter };
  }

  it("are each photo's view for the part of training, whatever batch it is in, and from where an epoch is taken up", async () => {
    const { train, augmenter } = await source();
    const batches = [[5, 0, 8], [1], [2, 4]].map((rows) => Int32Array.from(rows));
    const rowsIn = async (some: Int32Array[], path: DrawPath) => {
      const rows: number[][] = [];
      for await (const { features } of train.during!(path).chunks(some)) rows.push([...features.data]);
      return rows.flat();
    };
    const expected = await Promise.all(
      batches.flatMap((batch) =>
        [...batch].map(async (row) => {
          const { image, name } = photos[trained[row]!]!;
          const pixels = new Float32Array(bytesPerPhoto);
          const [view] = await augmenter.views(image, name, [["epoch", 2]]);
          toPixelValues(view!, { height: 2, width: 3 }, transform, pixels);
          return [...pixels];
        }),
      ),
    );
    const whole = await rowsIn(batches, ["epoch", 2]);
    expect(whole).toEqual(expected.flat());
    expect(await rowsIn(batches.slice(1), ["epoch", 2])).toEqual(whole.slice(3 * bytesPerPhoto));
    expect(await rowsIn(batches, ["epoch", 3])).not.toEqual(whole);
  });

  it("are asked for one batch ahead, all of it at once, and no further", async () => {
    const make = vi.fn(async () => [new Uint8Array(bytesPerPhoto)]);
    const { train } = await source({ make, end: async () => {} });
    const counts: number[] = [];
    const batches = [[0, 1], [2], [3, 4, 5]].map((rows) => Int32Array.from(rows));
    for await (const _ of train.during!(["epoch", 0]).chunks(batches)) counts.push(make.mock.calls.length);
    expect(counts).toEqual([3, 6, 6]);
  });

  it("are not waited for once the signal has come", async () => {
    let asked = 0;
    const make = () => (asked++ < 2 ? Promise.resolve([new Uint8Array(bytesPerPhoto)]) : new Promise<never>(() => {}));
    const { train } = await source({ make, end: async () => {} });
    const controller = new AbortController();
    const batches = [0, 1, 2, 3].map((row) => Int32Array.of(row));
    const given: number[] = [];
    const all = async () => {
      for await (const { first } of train.during!(["epoch", 0]).chunks(batches, controller.signal)) {
        given.push(first);
        if (first === 1) setTimeout(() => controller.abort(new Error("enough")));
      }
    };
    await expect(all()).rejects.toThrow("enough");
    expect([given, asked]).toEqual([[0, 1], 3]);
  });

  it("are plain in slices, and where they validate", async () => {
    const { train, valid } = await source();
    expect([...(await train.slice(2, 5)).features.data]).toEqual(await pixelsOf([2, 4, 5]));
    expect([...(await valid.slice(0, 3)).features.data]).toEqual(await pixelsOf([3, 7, 11]));
    expect(valid.during).toBeUndefined();
  });
});
