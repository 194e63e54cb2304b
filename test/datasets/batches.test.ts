import { describe, expect, it } from "vitest";
import { type Batch, type LoadOptions, loadBatches, toPixels } from "../../src/datasets/batches.js";
import type { Photo } from "../../src/datasets/photo-set.js";
import type { ImageTransform } from "../../src/datasets/transform.js";
import { RegraftError } from "../../src/errors.js";

/** Makes 51 of photo 51; photo -1 cannot be read; "bug" is no fault of the photo. */
async function numberOf({ image }: Photo): Promise<number> {
  if (image === "bug") throw new Error("a bug");
  const value = Number(image);
  if (value < 0) throw new RegraftError("unreadable-image", { image: "?", reason: "it is damaged" }, "Cannot read it.");
  return value;
}

const photo = (image: number | string): Photo => ({
  image: String(image),
  name: `n${image}`,
  label: 0,
  split: "train",
});

async function load(images: readonly (number | string)[], options: LoadOptions): Promise<Batch<number>[]> {
  const batches: Batch<number>[] = [];
  for await (const batch of loadBatches(images.map(photo), numberOf, options)) batches.push(batch);
  return batches;
}

describe("loadBatches", () => {
  it("gives all photos in order with what was made of them, the last batch with the rest", async () => {
    const batches = await load([0, 51, 102, 153, 204], { batchSize: 2, ahead: 3 });
    expect(batches.map(({ loaded }) => loaded.map(({ item, result }) => [item.name, result]))).toEqual([
      [
        ["n0", 0],
        ["n51", 51],
      ],
      [
        ["n102", 102],
        ["n153", 153],
      ],
      [["n204", 204]],
    ]);
  });

  it("skips what cannot be read, by name and with the reason", async () => {
    const batches = await load([255, -1, 0, -2, -3], { batchSize: 3 });
    expect(batches.map(({ skipped }) => skipped)).toEqual([
      [{ image: "n-1", reason: "it is damaged" }],
      [
        { image: "n-2", reason: "it is damaged" },
        { image: "n-3", reason: "it is damaged" },
      ],
    ]);
    expect(batches.map(({ loaded }) => loaded.map(({ result }) => result))).toEqual([[255, 0], []]);
  });

  it("hides no other failure", async () => {
    await expect(load([1, "bug", 2], { batchSize: 2 })).rejects.toThrow("a bug");
  });

  it("stops at the signal", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(load([1, 2], { batchSize: 2, signal })).rejects.toThrow("enough");
  });
});

describe("toPixels", () => {
  const transform: ImageTransform = {
    resize: { height: 1, width: 2 },
    resample: "bicubic",
    mean: [0, 0, 0.5],
    std: [1, 0.5, 1],
    maxPixels: 100,
  };

  it("normalises each photo, channel by channel", () => {
    const { shape, data } = toPixels([Uint8Array.of(0, 0, 0, 255, 255, 255), new Uint8Array(6).fill(51)], transform);
    expect(shape).toEqual([2, 3, 1, 2]);
    const expected = [0, 1, 0, 2, -0.5, 0.5, 0.2, 0.2, 0.4, 0.4, -0.3, -0.3];
    for (const [i, value] of expected.entries()) expect(data[i]).toBeCloseTo(value, 6);
  });

  it("takes none", () => {
    expect(toPixels([], transform).shape).toEqual([0, 3, 1, 2]);
  });
});
