import { expect, it, vi } from "vitest";
import { keepShared } from "../../../../src/learner/engine/checkpoint/shared-file.js";
import { sha256 } from "../../../../src/learner/engine/sha256.js";
import { memoryStorage } from "../../../helpers/memory-storage.js";

const nameOf = (digits: string) => `photos-${digits}.json`;

it("keepShared encodes and writes a file once, and again where it is gone, cut off or was there before", async () => {
  const [storage, other] = [memoryStorage(), memoryStorage()];
  const encode = vi.fn(() => Uint8Array.of(1, 2, 3));
  const keep = async (of: object, to = storage) =>
    keepShared({ of, encode }, nameOf, { storage: to, files: await to.list() });
  const photos = {};
  const ref = await keep(photos);
  const hash = await sha256(Uint8Array.of(1, 2, 3));
  expect(ref).toEqual({ file: `photos-${hash.slice(0, 16)}.json`, bytes: 3, sha256: hash });
  expect(await keep(photos)).toBe(ref);
  expect(encode).toHaveBeenCalledTimes(1);
  const isWhole = (to = storage) => expect([...to.files]).toEqual([[ref.file, Uint8Array.of(1, 2, 3)]]);
  isWhole();
  await keep(photos, other);
  isWhole(other);
  for (const damaged of [undefined, Uint8Array.of(1)]) {
    storage.files.delete(ref.file);
    if (damaged) storage.files.set(ref.file, damaged);
    expect(await keep(photos)).toEqual(ref);
    isWhole();
  }
  // As another process finds it: of the right size, and not what it was.
  storage.files.set(ref.file, Uint8Array.of(1, 2, 4));
  expect(await keep({})).toEqual(ref);
  isWhole();
});

it("keepShared remembers nothing that it could not write", async () => {
  const storage = memoryStorage();
  const full = { ...storage, write: () => Promise.reject(new Error("the disk is full")) };
  const file = { of: {}, encode: () => Uint8Array.of(1) };
  await expect(keepShared(file, nameOf, { storage: full, files: [] })).rejects.toThrow("the disk is full");
  const { file: name } = await keepShared(file, nameOf, { storage, files: [] });
  expect(storage.files.get(name)).toEqual(Uint8Array.of(1));
});
