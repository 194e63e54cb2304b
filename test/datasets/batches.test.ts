import { describe, expect, it } from "vitest";
import { type Batch, type LoadOptions, loadPixels } from "../../src/datasets/batches.js";
import type { ImageDecoder } from "../../src/datasets/decoder.js";
import type { Photo } from "../../src/datasets/photo-set.js";
import type { ImageTransform } from "../../src/datasets/transform.js";
import { RegraftError } from "../../src/errors.js";

const transform: ImageTransform = {
  resize: { height: 1, width: 2 },
  resample: "bicubic",
  mean: [0, 0, 0],
  std: [1, 1, 1],
  maxPixels: 100,
};

/** Photo 51 has the value 51 in all its pixels; photo -1 cannot be read; "bug" is no fault of the photo. */
const decoder: ImageDecoder = {
  decode: async (image) => {
    if (image === "bug") throw new Error("a bug");
    const value = Number(image);
    if (value < 0)
      throw new RegraftError("unreadable-image", { image: "?", reason: "it is damaged" }, "Cannot read it.");
    return new Uint8Array(6).fill(value);
  },
};

const photo = (image: number | string): Photo => ({
  image: String(image),
  name: `n${image}`,
  label: 0,
  split: "train",
});

async function load(images: readonly (number | string)[], options: LoadOptions): Promise<Batch[]> {
  const batches: Batch[] = [];
  for await (const batch of loadPixels(images.map(photo), decoder, transform, options)) batches.push(batch);
  return batches;
}

const rows = ({ pixels }: Batch): number[] => Array.from(pixels.data).filter((_, i) => i % 6 === 0);

describe("loadPixels", () => {
  it("gives all photos in order, the last batch with the rest, each with memory of its own", async () => {
    const batches = await load([0, 51, 102, 153, 204], { batchSize: 2, ahead: 3 });
    expect(batches.map(({ pixels }) => pixels.shape)).toEqual([
      [2, 3, 1, 2],
      [2, 3, 1, 2],
      [1, 3, 1, 2],
    ]);
    expect(batches.flatMap(rows).map((value) => value.toFixed(3))).toEqual([
      "0.000",
      "0.200",
      "0.400",
      "0.600",
      "0.800",
    ]);
    expect(batches.flatMap(({ photos }) => photos.map(({ name }) => name))).toEqual([
      "n0",
      "n51",
      "n102",
      "n153",
      "n204",
    ]);
    expect(new Set(batches.map(({ pixels }) => pixels.data.buffer)).size).toBe(3);
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
    expect(batches.map(rows)).toEqual([[1, 0], []]);
    expect(batches[1]!.pixels.shape).toEqual([0, 3, 1, 2]);
  });

  it("hides no other failure", async () => {
    await expect(load([1, "bug", 2], { batchSize: 2 })).rejects.toThrow("a bug");
  });

  it("stops at the signal", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(load([1, 2], { batchSize: 2, signal })).rejects.toThrow("enough");
  });
});
