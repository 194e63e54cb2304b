import { describe, expect, it } from "vitest";
import { defaultTransform } from "../../../../src/datasets/transform.js";
import { collectOnDisk } from "../../../../src/learner/engine/features/disk-collector.js";
import type { KnownRows } from "../../../../src/learner/engine/features/known-rows.js";
import { sha256 } from "../../../../src/learner/engine/sha256.js";
import { type MemoryStorage, memoryStorage } from "../../../helpers/memory-storage.js";
import { collected, decode, featuresOf, itCollects, options, photo, read, rowsOf, signal } from "./collecting.js";

const onDisk = (storage: MemoryStorage, more: Partial<typeof options> = {}, known?: KnownRows) =>
  collectOnDisk({ ...options, ...more }, { storage, known, batchSize: 2, signal });

describe("collectOnDisk", () => {
  itCollects(() => onDisk(memoryStorage()));

  describe("beyond memory", () => {
    itCollects(() => onDisk(memoryStorage(), { memoryLimit: 60 }));
  });

  it("decodes the very bytes it has hashed, those of unknown photos alone", async () => {
    decode.mockClear();
    const storage = memoryStorage();
    const first = await onDisk(storage);
    const loaded = await first.load(photo(1));
    const bytes = await read("1.jpg");
    const hash = await sha256(bytes);
    expect(loaded).toEqual({ rgb: [Uint8Array.of(1, 2, 3)], hash, keys: [hash] });
    expect(decode).toHaveBeenCalledWith(bytes, defaultTransform);
    await first.add(photo(1), loaded, [featuresOf(photo(1))]);
    await first.keep();
    const next = await onDisk(storage);
    expect(await next.load(photo(1))).toEqual({ rgb: [undefined], hash, keys: [hash] });
    expect(await next.load({ ...photo(1), image: bytes })).toEqual({ rgb: [undefined], hash, keys: [hash] });
    expect(decode).toHaveBeenCalledTimes(1);
  });

  it("reads no file whose hash is known, unless what it is the hash of is gone", async () => {
    const storage = memoryStorage();
    const { train, valid } = await collected(await onDisk(storage));
    expect(train.hashes).toHaveLength(train.count);
    expect(valid.hashes).toHaveLength(valid.count);
    const hash = train.hashes![0]!;
    const known = { train: new Map([[photo(0).image, { hash }]]), valid: new Map() };
    read.mockClear();
    const next = await onDisk(storage, {}, known);
    expect(await next.load(photo(0))).toEqual({ rgb: [undefined], hash, keys: [hash] });
    expect(read).not.toHaveBeenCalled();
    const elsewhere = await onDisk(memoryStorage(), {}, known);
    expect(await elsewhere.load(photo(0))).toEqual({ rgb: [Uint8Array.of(1, 2, 3)], hash, keys: [hash] });
    expect(read).toHaveBeenCalledTimes(1);
  });

  it("stores a photo once that comes twice before it is stored", async () => {
    const storage = memoryStorage();
    const collector = await onDisk(storage);
    const twins = [photo(0), { ...photo(0), name: "photo 9" }];
    const loaded = await Promise.all(twins.map(collector.load));
    for (const [i, twin] of twins.entries()) await collector.add(twin, loaded[i]!, [featuresOf(twins[0]!)]);
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
