import { describe, expect, it, vi } from "vitest";
import type { ImageSource } from "../../../../src/datasets/image-source.js";
import type { Photo, PhotoSet } from "../../../../src/datasets/photo-set.js";
import { defaultTransform } from "../../../../src/datasets/transform.js";
import {
  type Collector,
  collectInMemory,
  collectOnDisk,
} from "../../../../src/learner/engine/features/feature-collector.js";
import type { FeatureSource } from "../../../../src/learner/engine/features/feature-source.js";
import { sha256 } from "../../../../src/learner/engine/sha256.js";
import { type MemoryStorage, memoryStorage } from "../../../helpers/memory-storage.js";
import { refusal } from "../../../helpers/refusal.js";

const { signal } = new AbortController();
const photo = (i: number): Photo => ({
  image: `${i}.jpg`,
  name: `photo ${i}`,
  label: i % 2,
  split: i < 4 ? "train" : "valid",
});
const photos: PhotoSet = { classes: ["a", "b"], photos: Array.from({ length: 6 }, (_, i) => photo(i)), skipped: [] };
const decode = vi.fn(async () => Uint8Array.of(1, 2, 3));
const read = async (image: ImageSource) =>
  typeof image === "string" ? new TextEncoder().encode(image) : (image as Uint8Array);
const options = { photos, decoder: { decode, read }, transform: defaultTransform, width: 2, memoryLimit: 2 ** 20 };
const featuresOf = ({ name }: Photo) => Float32Array.of(Number(name.slice(6)), 0.5);

const onDisk = (storage: MemoryStorage, more: Partial<typeof options> = {}) =>
  collectOnDisk({ ...options, ...more }, { storage, batchSize: 2, signal });

/** Takes these photos as an extraction does. */
async function collected(collector: Collector, some: readonly Photo[] = photos.photos) {
  for (const item of some) {
    const loaded = await collector.load(item);
    await collector.add(item, loaded, loaded.rgb && featuresOf(item));
  }
  await collector.keep();
  return collector.finish(signal);
}

const rowsOf = async (source: FeatureSource) => [...(await source.slice(0, source.count)).features.data];

describe.each<[string, () => Collector | Promise<Collector>]>([
  ["collectInMemory", () => collectInMemory(options)],
  ["collectOnDisk", () => onDisk(memoryStorage())],
  ["collectOnDisk, beyond memory", () => onDisk(memoryStorage(), { memoryLimit: 60 })],
])("%s", (_, open) => {
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
});

describe("collectInMemory", () => {
  it("decodes a path as it is, and hashes nothing", async () => {
    decode.mockClear();
    const loaded = await collectInMemory(options).load(photo(1));
    expect(loaded).toEqual({ rgb: Uint8Array.of(1, 2, 3) });
    expect(decode).toHaveBeenCalledWith("1.jpg", defaultTransform);
  });

  it("refuses what does not fit", async () => {
    await refusal(() => collectInMemory({ ...options, memoryLimit: 47 }), "memory-limit", "6 photos", "cache.folder");
    collectInMemory({ ...options, memoryLimit: 48 });
  });
});

describe("collectOnDisk", () => {
  it("decodes the very bytes it has hashed, those of unknown photos alone", async () => {
    decode.mockClear();
    const storage = memoryStorage();
    const first = await onDisk(storage);
    const loaded = await first.load(photo(1));
    const bytes = await read("1.jpg");
    expect(loaded).toEqual({ rgb: Uint8Array.of(1, 2, 3), hash: await sha256(bytes) });
    expect(decode).toHaveBeenCalledWith(bytes, defaultTransform);
    await first.add(photo(1), loaded, featuresOf(photo(1)));
    await first.keep();
    const next = await onDisk(storage);
    expect(await next.load(photo(1))).toEqual({ hash: await sha256(bytes) });
    expect(await next.load({ ...photo(1), image: bytes })).toEqual({ hash: await sha256(bytes) });
    expect(decode).toHaveBeenCalledTimes(1);
  });

  it("stores a photo once that comes twice before it is stored", async () => {
    const storage = memoryStorage();
    const collector = await onDisk(storage);
    const twins = [photo(0), { ...photo(0), name: "photo 9" }];
    const loaded = await Promise.all(twins.map(collector.load));
    for (const [i, twin] of twins.entries()) await collector.add(twin, loaded[i]!, featuresOf(twins[0]!));
    await collector.keep();
    const { train } = await collector.finish(signal);
    expect(await rowsOf(train)).toEqual([0, 0.5, 0, 0.5]);
    const sizes = (await storage.list()).filter(({ name }) => name.endsWith(".segment")).map(({ size }) => size);
    expect(sizes).toEqual([64 + 40]);
  });

  it("keeps in memory what fits, and leaves on disk what does not", async () => {
    for (const [memoryLimit, reads] of [
      // Six rows of eight bytes beside a quarter of it.
      [64, 0],
      [62, 1],
    ] as const) {
      const storage = memoryStorage();
      const { train } = await collected(await onDisk(storage, { memoryLimit }));
      storage.reads.length = 0;
      await train.slice(0, 1);
      expect(storage.reads).toHaveLength(reads);
    }
  });
});
