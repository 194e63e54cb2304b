// Files that many checkpoints share: their photos, and where their fit began. Each is named after its content, and encoded,
// hashed and written once.
import type { Storage, StoredFile } from "../features/storage.js";
import { sha256 } from "../sha256.js";
import type { FileRef } from "./manifest.js";

export interface SharedFile {
  /** What it is made of, which does not change: the same object, the same bytes. */
  readonly of: object;
  readonly encode: () => Uint8Array;
}

const known = new WeakMap<object, FileRef>();

/**
 * @param nameOf the first digits of its hash, which tell it from others of its kind.
 * @param files that are in `storage`.
 * @throws RegraftError "file-access"
 */
export async function keepShared(
  { of, encode }: SharedFile,
  nameOf: (digits: string) => string,
  { storage, files }: { readonly storage: Storage; readonly files: readonly StoredFile[] },
): Promise<FileRef> {
  const before = known.get(of);
  if (before && files.some(({ name, size }) => name === before.file && size === before.bytes)) return before;
  const bytes = encode();
  const hash = await sha256(bytes);
  const ref: FileRef = { file: nameOf(hash.slice(0, 16)), bytes: bytes.length, sha256: hash };
  // Also where one of this name is: an earlier process has written it, and nobody knows what became of it since.
  await storage.write(ref.file, bytes);
  known.set(of, ref);
  return ref;
}
