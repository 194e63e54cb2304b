import { createHash } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { type FeatureCache, openFeatureCache } from "../../../../src/learner/engine/features/feature-cache.js";
import {
  type Chunk,
  type FeatureSource,
  memorySource,
  storedSource,
} from "../../../../src/learner/engine/features/feature-source.js";
import { epochBatches } from "../../../../src/learner/engine/training/batch-order.js";
import { float32 } from "../../../../src/tensor.js";
import { memoryStorage } from "../../../helpers/memory-storage.js";
import { rowsOf } from "../../../helpers/training.js";

const data = rowsOf(50);
const width = 4;
const inMemory = memorySource(data);
const batches = epochBatches(50, 8, 1, "order", 0);
let cache: FeatureCache;
/** Where the rows lie: the last one first. */
const rows = Int32Array.from({ length: 50 }, (_, row) => 49 - row);
const row = (i: number): Float32Array => data.features.data.subarray(i * width, (i + 1) * width);

beforeAll(async () => {
  cache = await openFeatureCache(memoryStorage(), { width, memoryLimit: 1000 });
  for (const i of rows) await cache.add(createHash("sha256").update(`${i}`).digest("hex"), row(i));
  await cache.flush();
});

const stored = (mostRows: number): FeatureSource =>
  storedSource(cache, { rows, labels: data.labels, names: data.names, width, mostRows });

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** What is trained on: each batch's rows and labels, and how the batches were divided. */
async function trained(source: FeatureSource, some = batches) {
  const seen: { features: number[][]; labels: number[] }[] = [];
  const chunks: Pick<Chunk, "first" | "batches">[] = [];
  for await (const { features, labels, batches, first } of source.chunks(some)) {
    chunks.push({ first, batches });
    for (const batch of batches) {
      const numbers = features.data;
      seen.push({
        features: Array.from(batch, (row) => [...numbers.subarray(row * width, (row + 1) * width)]),
        labels: Array.from(batch, (row) => labels.data[row]!),
      });
    }
  }
  return { seen, chunks };
}

describe("memorySource", () => {
  it("gives all there is, and views of it: nothing is copied", async () => {
    expect(inMemory).toMatchObject({ count: 50, labels: data.labels, names: data.names });
    const { features, labels } = await inMemory.slice(10, 13);
    expect([features.shape, labels.shape]).toEqual([[3, 4], [3]]);
    expect(features.data.buffer).toBe(data.features.data.buffer);
    expect([...labels.data]).toEqual([1, 2, 0]);
    const [chunk, ...more] = await all(inMemory.chunks(batches));
    expect(more).toEqual([]);
    expect(chunk).toEqual({ features: data.features, labels: data.labels, batches, first: 0 });
    expect(chunk!.features).toBe(data.features);
  });
});

describe("labels of several numbers", () => {
  const numbers = float32(
    [50, 2],
    Float32Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? i / 2 : -i / 2)),
  );
  const sources: readonly (readonly [string, () => FeatureSource])[] = [
    ["in memory", () => memorySource({ ...data, labels: numbers })],
    ["on disk", () => storedSource(cache, { rows, labels: numbers, names: data.names, width, mostRows: 16 })],
  ];

  it.each(sources)("go with their rows, %s", async (_, source) => {
    expect((await source().slice(10, 12)).labels).toEqual(float32([2, 2], [10, -10.5, 11, -11.5]));
    const seen: number[][] = [];
    for await (const { labels, batches: some } of source().chunks(batches))
      for (const batch of some) for (const i of batch) seen.push([...labels.data.subarray(2 * i, 2 * i + 2)]);
    expect(seen).toEqual(batches.flatMap((batch) => Array.from(batch, (i) => [i, -i - 0.5])));
  });
});

describe("storedSource", () => {
  it("gives the same slices as memory does", async () => {
    const source = stored(16);
    expect(source).toMatchObject({ count: 50, labels: data.labels, names: data.names });
    for (const [start, end] of [
      [0, 50],
      [10, 13],
      [49, 50],
      [7, 7],
    ] as const)
      expect(await source.slice(start, end)).toEqual(await inMemory.slice(start, end));
  });

  // Six batches of eight and one of two: as many whole batches as fit, one at least.
  it.each<[number, readonly number[]]>([
    [1, [0, 1, 2, 3, 4, 5, 6]],
    [8, [0, 1, 2, 3, 4, 5, 6]],
    [9, [0, 1, 2, 3, 4, 5, 6]],
    [10, [0, 1, 2, 3, 4, 5]],
    [16, [0, 2, 4, 6]],
    [18, [0, 2, 4]],
    [48, [0, 6]],
    [50, [0]],
    [1e9, [0]],
  ])("gives the same batches as memory, at most %d rows at a time", async (mostRows, firsts) => {
    const { seen, chunks } = await trained(stored(mostRows));
    expect(seen).toEqual((await trained(inMemory)).seen);
    expect(chunks.map(({ first }) => first)).toEqual(firsts);
  });

  it("uses the memory of one chunk for all of them", async () => {
    const buffers = new Set<unknown>();
    for await (const { features } of stored(16).chunks(batches)) buffers.add(features.data.buffer);
    expect(buffers.size).toBe(1);
  });

  it("has no chunks for no batches", async () => {
    expect((await trained(stored(16), [])).chunks).toEqual([]);
  });

  it("stops with the signal's reason", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(all(stored(16).chunks(batches, signal))).rejects.toThrow("enough");
    await expect(stored(16).slice(0, 1, signal)).rejects.toThrow("enough");
  });
});
