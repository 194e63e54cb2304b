import { describe, expect, it } from "vitest";
import {
  clearCheckpoints,
  hasCheckpoint,
  readNewest,
  readNewestManifest,
  writeCheckpoint,
} from "../../../../src/learner/engine/checkpoint/generations.js";
import { writeSafetensors } from "../../../../src/learner/engine/checkpoint/safetensors.js";
import { stream } from "../../../../src/random.js";
import { float32 } from "../../../../src/tensor.js";
import { contentOf } from "../../../helpers/checkpoint-content.js";
import { type MemoryStorage, memoryStorage } from "../../../helpers/memory-storage.js";
import { refusal } from "../../../helpers/refusal.js";

async function storageWith(...numbers: readonly number[]): Promise<MemoryStorage> {
  const storage = memoryStorage();
  for (const number of numbers) await writeCheckpoint(storage, contentOf(number));
  return storage;
}

/** The file of a checkpoint's tensors. */
const tensorsOf = (storage: MemoryStorage, name: string): string =>
  names(storage).find((file) => file.startsWith(`${name}-`))!;
const names = (storage: MemoryStorage): string[] => [...storage.files.keys()].sort();
const [third, second] = ["checkpoint-000003", "checkpoint-000002"];
const photos = expect.stringMatching(/^photos-[0-9a-f]{16}\.json$/);

/** @param change of the bytes of a file. */
function damage(storage: MemoryStorage, name: string, change: (bytes: Uint8Array) => Uint8Array | undefined): void {
  const bytes = change(storage.files.get(name)!);
  if (bytes) storage.files.set(name, bytes);
  else storage.files.delete(name);
}

const flipped = (bytes: Uint8Array): Uint8Array => bytes.with(bytes.length - 2, bytes.at(-2)! ^ 1);

describe("checkpoints in a folder", () => {
  it("are read as they were written, the newest", async () => {
    const storage = await storageWith(7, 8);
    const { manifest, tensors, photos, name, notices } = await readNewest(storage, "here");
    expect(manifest.position.epoch).toBe(8);
    expect(tensors).toEqual(contentOf(8).tensors);
    expect(photos).toEqual(contentOf(8).photos.encode());
    expect([name, notices]).toEqual(["checkpoint-000002.json", []]);
    expect((await readNewestManifest(storage, "here")).position.epoch).toBe(8);
  });

  it("are not read where a file has a size that none of ours has", async () => {
    const storage = await storageWith(7);
    const list = async () => [{ name: "checkpoint-000002.json", size: 2 ** 40 }, ...(await storage.list())];
    const { name, notices } = await readNewest({ ...storage, list }, "here");
    expect(name).toBe("checkpoint-000001.json");
    expect(notices.join()).toContain("it has 1099511627776 bytes, more than 268435456");
  });

  it("are two at most, and leave alone what else is there", async () => {
    const storage = await storageWith(1);
    storage.files.set("notes.txt", new Uint8Array(1)).set("checkpoint-mine.json", new Uint8Array(1));
    for (const number of [2, 3]) await writeCheckpoint(storage, contentOf(number));
    const tensors = (name: string) => expect.stringMatching(new RegExp(`^${name}-[0-9a-f]{16}\\.safetensors$`));
    const both = [second, third].flatMap((name) => [tensors(name!), `${name}.json`]);
    expect(names(storage)).toEqual([...both, "checkpoint-mine.json", "notes.txt", photos]);
  });

  it.each<[string, string, (bytes: Uint8Array) => Uint8Array | undefined, string]>([
    ["tensors that are cut off", third, (bytes) => bytes.subarray(0, 100), "has 100 bytes instead of"],
    ["tensors of which a bit is another", third, flipped, ".safetensors is damaged"],
    ["tensors that are gone", third, () => undefined, ".safetensors is gone"],
    ["a manifest that is cut off", `${third}.json`, (bytes) => bytes.subarray(0, 50), "it is damaged"],
    ["an empty manifest", `${third}.json`, () => new Uint8Array(0), "it is damaged"],
    ["a manifest of which a number is another", `${third}.json`, replaceEpoch, "it is damaged"],
  ])("with %s: the one before is taken, and it is said", async (_, file, change, reason) => {
    const storage = await storageWith(1, 2, 3);
    damage(storage, file === third ? tensorsOf(storage, third) : file, change);
    const { manifest, tensors, notices } = await readNewest(storage, "here");
    expect(manifest.position.epoch).toBe(2);
    expect(tensors).toEqual(contentOf(2).tensors);
    expect(notices).toEqual([expect.stringContaining(`${third}.json in here cannot be read (`)]);
    expect(notices[0]).toContain(reason);
    expect(notices[0]).toContain("): the one before it is taken.");
    // What is of no use is not kept in place of what is.
    await writeCheckpoint(storage, contentOf(4));
    expect((await readNewest(storage, "here")).manifest.position.epoch).toBe(4);
    damage(storage, "checkpoint-000004.json", () => undefined);
    // Hashes of large files are not looked at for that.
    const isSeen = file.endsWith(".json") || change !== flipped;
    if (isSeen) expect((await readNewest(storage, "here")).manifest.position.epoch).toBe(2);
  });

  it("are refused with every reason when none can be read", async () => {
    const storage = await storageWith(1, 2, 3);
    const [last, before] = [third, second].map((name) => tensorsOf(storage, name));
    for (const name of [last, before]) damage(storage, name!, flipped);
    const { details } = await refusal(() => readNewest(storage, "here"), "invalid-checkpoint");
    expect(details).toEqual({
      source: "here",
      reason:
        "none in this folder can be read; " +
        `checkpoint-000003.json in here cannot be read (${last} is damaged); ` +
        `checkpoint-000002.json in here cannot be read (${before} is damaged)`,
    });
  });

  it("are none in an empty folder", async () => {
    const storage = memoryStorage();
    expect(await hasCheckpoint(storage)).toBe(false);
    await refusal(() => readNewest(storage, "here"), "invalid-checkpoint", "here: there is none in this folder.");
  });

  it("stay as they were, whichever write fails, and nothing half is left", async () => {
    for (const failing of [1, 2]) {
      const storage = await storageWith(1, 2);
      const before = new Map(storage.files);
      let writes = 0;
      const full: MemoryStorage = {
        ...storage,
        write: async (...args) => {
          if (++writes === failing) throw new Error("the disk is full");
          return storage.write(...args);
        },
      };
      await expect(writeCheckpoint(full, contentOf(3))).rejects.toThrow("the disk is full");
      expect(storage.files).toEqual(before);
    }
  });

  it("are complete with their last file, whenever a writer is killed", async () => {
    for (const writes of [1, 2]) {
      const storage = await storageWith(1);
      let left = writes;
      const killed: MemoryStorage = {
        ...storage,
        // Nothing happens any more.
        write: (...args) => (left-- > 0 ? storage.write(...args) : new Promise(() => {})),
        remove: () => new Promise(() => {}),
      };
      void writeCheckpoint(killed, contentOf(2));
      await new Promise((resolve) => setTimeout(resolve, 20));
      const expected = writes === 2 ? 2 : 1;
      expect((await readNewest(storage, "here")).manifest.position.epoch).toBe(expected);
      for (const epoch of [3, 4, 5]) {
        await writeCheckpoint(storage, contentOf(epoch));
        expect((await readNewest(storage, "here")).manifest.position.epoch).toBe(epoch);
      }
      expect(names(storage)).toHaveLength(5);
    }
  });

  it("have what their fit began with, in one file for all of them", async () => {
    const storage = memoryStorage();
    const weight = (value: number) => ({ weight: float32([1], [value]) });
    const [first, next] = [1, 2].map((value) => ({
      of: {},
      encode: () => writeSafetensors({ tensors: weight(value), metadata: {} }),
    }));
    const starts = () => names(storage).filter((name) => /^start-[0-9a-f]{16}\.safetensors$/.test(name));
    for (const number of [1, 2, 3]) await writeCheckpoint(storage, { ...contentOf(number), start: first });
    expect((await readNewest(storage, "here")).start).toEqual(weight(1));
    expect(starts()).toHaveLength(1);
    await writeCheckpoint(storage, { ...contentOf(4), start: next });
    expect(starts()).toHaveLength(2);
    await writeCheckpoint(storage, { ...contentOf(5), start: next });
    expect((await readNewest(storage, "here")).start).toEqual(weight(2));
    expect(starts()).toHaveLength(1);
    damage(storage, starts()[0]!, flipped);
    await refusal(() => readNewest(storage, "here"), "invalid-checkpoint", "start-", "is damaged");
    for (const number of [6, 7]) await writeCheckpoint(storage, contentOf(number));
    expect([(await readNewest(storage, "here")).start, starts()]).toEqual([undefined, []]);
  });

  it("can always be read while several learners write to the folder, however they interleave", async () => {
    for (let seed = 0; seed < 40; seed++) {
      const storage = memoryStorage();
      const from = stream(seed, "interleaving");
      const waiting: (() => void)[] = [];
      const turn = () => new Promise<void>((resolve) => waiting.push(resolve));
      const slow: MemoryStorage = {
        ...storage,
        list: () => turn().then(storage.list),
        read: (...args) => turn().then(() => storage.read(...args)),
        write: (...args) => turn().then(() => storage.write(...args)),
        remove: (...args) => turn().then(() => storage.remove(...args)),
      };
      await writeCheckpoint(storage, contentOf(100));
      const write = async (numbers: readonly number[]): Promise<void> => {
        for (const number of numbers) await writeCheckpoint(slow, contentOf(number));
      };
      let isDone = false;
      const writing = Promise.all([write([101, 102, 103]), write([201, 202, 203])]).then(() => {
        isDone = true;
      });
      while (!isDone) {
        // Hashes take turns of the event loop too.
        await new Promise((resolve) => setImmediate(resolve));
        waiting.splice(from.below(waiting.length + 1), 1)[0]?.();
        const { manifest, tensors } = await readNewest(storage, "here");
        expect(tensors).toEqual(contentOf(manifest.position.epoch).tensors);
      }
      await writing;
    }
  });

  it("can all be removed", async () => {
    const storage = await storageWith(1, 2, 3);
    storage.files.set("notes.txt", new Uint8Array(1));
    expect(await hasCheckpoint(storage)).toBe(true);
    await clearCheckpoints(storage);
    expect(names(storage)).toEqual(["notes.txt"]);
  });
});

/** Epoch 3 becomes epoch 9. */
function replaceEpoch(bytes: Uint8Array): Uint8Array {
  const text = new TextDecoder().decode(bytes);
  expect(text).toContain('"epoch": 3');
  return new TextEncoder().encode(text.replace('"epoch": 3', '"epoch": 9'));
}
