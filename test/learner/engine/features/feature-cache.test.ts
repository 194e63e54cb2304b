import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  bufferSizeFor,
  type FeatureCache,
  openFeatureCache,
} from "../../../../src/learner/engine/features/feature-cache.js";
import { encodeSegment, largestSegment } from "../../../../src/learner/engine/features/feature-segment.js";
import { stream } from "../../../../src/random.js";
import { type MemoryStorage, memoryStorage } from "../../../helpers/memory-storage.js";
import { refusal } from "../../../helpers/refusal.js";

const width = 3;
// A quarter of it is a segment's: header, check and four photos.
const memoryLimit = 4 * (64 + 4 * 44);
const hash = (photo: number): string => createHash("sha256").update(`${photo}`).digest("hex");
const features = (photo: number): Float32Array => Float32Array.of(photo, photo / 3, -photo);

const open = (storage: MemoryStorage, limit = memoryLimit) => openFeatureCache(storage, { width, memoryLimit: limit });

/** A cache with these photos, on disk. */
async function filled(storage: MemoryStorage, photos: readonly number[]): Promise<FeatureCache> {
  const cache = await open(storage);
  for (const photo of photos) await cache.add(hash(photo), features(photo));
  await cache.flush();
  return cache;
}

async function read(cache: FeatureCache, rows: readonly number[]): Promise<number[]> {
  const into = new Float32Array(rows.length * width);
  await cache.read(Int32Array.from(rows), into);
  return [...into];
}

const rowsOf = (photos: readonly number[]): number[] => photos.flatMap((photo) => [...features(photo)]);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const segments = ({ files }: MemoryStorage): string[] => [...files.keys()].filter((name) => name.endsWith(".segment"));

describe("openFeatureCache", () => {
  it("finds nothing in an empty folder, and writes nothing into it", async () => {
    const storage = memoryStorage();
    const cache = await open(storage);
    expect(cache.find(hash(1))).toBeUndefined();
    await cache.flush();
    expect(storage.files.size).toBe(0);
  });

  it("finds what was added, at once, and in the next cache on the same folder", async () => {
    const storage = memoryStorage();
    const cache = await open(storage);
    for (const photo of upTo(10)) expect(await cache.add(hash(photo), features(photo))).toBe(photo);
    expect(upTo(11).map((photo) => cache.find(hash(photo)))).toEqual([...upTo(10), undefined]);
    // Four photos a segment: the last two still wait.
    expect(segments(storage)).toHaveLength(2);
    await cache.flush();
    expect(segments(storage)).toHaveLength(3);
    expect(await read(cache, upTo(10))).toEqual(rowsOf(upTo(10)));
    const next = await open(storage);
    const numbers = upTo(10).map((photo) => next.find(hash(photo))!);
    expect(numbers.toSorted((a, b) => a - b)).toEqual(upTo(10));
    expect(await read(next, numbers)).toEqual(rowsOf(upTo(10)));
  });

  it("goes on where it stands after a flush", async () => {
    const storage = memoryStorage();
    const cache = await filled(storage, [0]);
    await cache.add(hash(1), features(1));
    await cache.flush();
    await cache.flush();
    expect(segments(storage)).toHaveLength(2);
    expect(await read(cache, [1, 0])).toEqual(rowsOf([1, 0]));
  });

  it("gives rows in any order, as often as they are asked for", async () => {
    const cache = await filled(memoryStorage(), upTo(23));
    const from = stream(1, "rows");
    const rows = Array.from({ length: 100 }, () => from.below(23));
    expect(await read(cache, rows)).toEqual(rowsOf(rows));
    expect(await read(cache, [])).toEqual([]);
  });

  it("reads in few pieces, none larger than its buffer", async () => {
    const storage = memoryStorage();
    await filled(storage, upTo(20));
    // Twice the memory, twice the buffer: 20 rows of 12 bytes lie in five segments, each of them one piece.
    const cache = await open(storage, 2 * memoryLimit);
    storage.reads.length = 0;
    await read(cache, upTo(20));
    expect(storage.reads).toEqual([48, 48, 48, 48, 48]);
    expect(Math.max(...storage.reads)).toBeLessThanOrEqual(cache.bufferSize);
    // What lies between is read along, where it is little.
    storage.reads.length = 0;
    await read(cache, [3, 0]);
    expect(storage.reads).toEqual([48]);
  });

  it("skips what is too much to be read along", async () => {
    const wide = 2 ** 14;
    const storage = memoryStorage();
    const options = { width: wide, memoryLimit: 2 ** 24 };
    const cache = await openFeatureCache(storage, options);
    for (const photo of upTo(20)) await cache.add(hash(photo), new Float32Array(wide).fill(photo));
    await cache.flush();
    const into = new Float32Array(4 * wide);
    await cache.read(Int32Array.of(19, 2, 0, 5), into);
    expect([0, 1, 2, 3].map((i) => into[i * wide])).toEqual([19, 2, 0, 5]);
    // Two rows of 64 KiB may lie between; 0 to 2 and 5 are read together, 19 alone.
    expect(storage.reads).toEqual([6 * 2 ** 16, 2 ** 16]);
  });

  it("stops between reads with the signal's reason", async () => {
    const cache = await filled(memoryStorage(), upTo(8));
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(cache.read(Int32Array.of(0), new Float32Array(width), signal)).rejects.toThrow("enough");
    const storage = memoryStorage();
    await filled(storage, [1]);
    await expect(openFeatureCache(storage, { width, memoryLimit, signal })).rejects.toThrow("enough");
  });
});

describe("a damaged folder", () => {
  it("loses the segment that was damaged, wherever that was, and no other", async () => {
    const storage = memoryStorage();
    await filled(storage, upTo(4));
    const [name] = segments(storage);
    const whole = storage.files.get(name!)!;
    await filled(storage, [10, 11]);
    for (let at = 0; at < whole.length; at += 7) {
      storage.files.set(
        name!,
        Uint8Array.from(whole, (byte, i) => (i === at ? byte ^ 0x10 : byte)),
      );
      const cache = await open(storage);
      expect(upTo(4).map((photo) => cache.find(hash(photo)))).toEqual([undefined, undefined, undefined, undefined]);
      expect(storage.files.has(name!), "it is removed").toBe(false);
      expect(await read(cache, [cache.find(hash(11))!, cache.find(hash(10))!])).toEqual(rowsOf([11, 10]));
    }
  });

  it("reads and removes nothing that is not its own", async () => {
    const files = new Map([
      ["about.json", Uint8Array.of(1)],
      ["holiday.jpg", new Uint8Array(1000)],
    ]);
    const storage = memoryStorage(files);
    await open(storage);
    expect(storage.reads).toEqual([]);
    expect([...files.keys()]).toEqual(["about.json", "holiday.jpg"]);
  });

  it("takes no memory for what claims to be huge", async () => {
    const storage = memoryStorage();
    const removed: string[] = [];
    const huge = { name: "a.segment", size: 44 * 2 ** 40 + 64 };
    const cache = await open({
      ...storage,
      list: async () => [huge],
      remove: async (name) => void removed.push(name),
    });
    expect(removed).toEqual(["a.segment"]);
    expect(cache.find(hash(0))).toBeUndefined();
    expect(storage.reads).toEqual([]);
  });

  it("passes over segments of another width", async () => {
    const storage = memoryStorage();
    storage.files.set("b.segment", await encodeSegment([hash(1)], 4, new Float32Array(4)));
    expect((await open(storage)).find(hash(1))).toBeUndefined();
  });

  it("passes over what cannot be read, or removed", async () => {
    const storage = memoryStorage();
    await filled(storage, upTo(2));
    const refuse = () => Promise.reject(new Error("permission denied"));
    const unreadable = await open({ ...storage, read: refuse, remove: refuse });
    expect(unreadable.find(hash(1))).toBeUndefined();
    expect(segments(storage)).toHaveLength(1);
    storage.files.set("c.segment", new Uint8Array(5));
    expect((await open({ ...storage, remove: refuse })).find(hash(1))).toBe(1);
  });

  it("says so when a file goes while it is in use", async () => {
    const storage = memoryStorage();
    const cache = await filled(storage, upTo(2));
    storage.files.clear();
    await refusal(() => read(cache, [0]), "file-access");
  });
});

describe("two processes at once", () => {
  it("may write the same photos; both find them, and so does the next", async () => {
    const storage = memoryStorage();
    const [one, other] = [await open(storage), await open(storage)];
    for (const photo of upTo(6)) {
      await one.add(hash(photo), features(photo));
      await other.add(hash(photo), features(photo));
    }
    await Promise.all([one.flush(), other.flush()]);
    expect(segments(storage)).toHaveLength(4);
    for (const cache of [one, other, await open(storage)])
      expect(
        await read(
          cache,
          upTo(6).map((photo) => cache.find(hash(photo))!),
        ),
      ).toEqual(rowsOf(upTo(6)));
  });
});

describe("bufferSizeFor", () => {
  it("is a quarter of the memory, a row at least, a segment at most", () => {
    expect(bufferSizeFor(3, 1000)).toBe(250);
    expect(bufferSizeFor(100, 1000)).toBe(400);
    expect(bufferSizeFor(3, 2 ** 31)).toBe(largestSegment);
    expect(bufferSizeFor(3, Number.POSITIVE_INFINITY)).toBe(largestSegment);
  });
});
