// Six photos whose features tell which they are, and what every collector does with them.
import { expect, it, vi } from "vitest";
import type { ImageSource } from "../../../../src/datasets/image-source.js";
import type { Photo, PhotoSet } from "../../../../src/datasets/photo-set.js";
import { defaultTransform } from "../../../../src/datasets/transform.js";
import type { Collector } from "../../../../src/learner/engine/features/feature-collector.js";
import type { FeatureSource } from "../../../../src/learner/engine/features/feature-source.js";

export const { signal } = new AbortController();
export const photo = (i: number): Photo => ({
  image: `${i}.jpg`,
  name: `photo ${i}`,
  label: i % 2,
  split: i < 4 ? "train" : "valid",
});
const photos: PhotoSet = {
  task: "single-label",
  classes: ["a", "b"],
  photos: Array.from({ length: 6 }, (_, i) => photo(i)),
  skipped: [],
};
export const decode = vi.fn(async () => Uint8Array.of(1, 2, 3));
export const read = vi.fn(async (image: ImageSource) =>
  typeof image === "string" ? new TextEncoder().encode(image) : (image as Uint8Array),
);
export const options = {
  photos,
  decoder: { decode, read },
  transform: defaultTransform,
  width: 2,
  memoryLimit: 2 ** 20,
};
export const featuresOf = ({ name }: Photo) => Float32Array.of(Number(name.slice(6)), 0.5);

/** Takes these photos as an extraction does. */
export async function collected(collector: Collector, some: readonly Photo[] = photos.photos) {
  for (const item of some) {
    const loaded = await collector.load(item);
    await collector.add(
      item,
      loaded,
      loaded.rgb.map((rgb) => rgb && featuresOf(item)),
    );
  }
  await collector.keep();
  return collector.finish(signal);
}

export const rowsOf = async (source: FeatureSource) => [...(await source.slice(0, source.count)).features.data];

export function itCollects(open: () => Collector | Promise<Collector>): void {
  it("gives each split its rows, labels and names, in order", async () => {
    const { train, valid } = await collected(await open());
    expect([train.names, valid.names]).toEqual([
      ["photo 0", "photo 1", "photo 2", "photo 3"],
      ["photo 4", "photo 5"],
    ]);
    expect([[...train.labels.data], [...valid.labels.data]]).toEqual([
      [0, 1, 0, 1],
      [0, 1],
    ]);
    expect(await rowsOf(train)).toEqual([0, 0.5, 1, 0.5, 2, 0.5, 3, 0.5]);
    expect(await rowsOf(valid)).toEqual([4, 0.5, 5, 0.5]);
  });

  it("has no rows of photos that did not come", async () => {
    const { train, valid } = await collected(await open(), [photo(3), photo(1)]);
    expect([train.names, train.count, valid.count]).toEqual([["photo 3", "photo 1"], 2, 0]);
    expect(await rowsOf(train)).toEqual([3, 0.5, 1, 0.5]);
  });
}
