// Storage in memory, with what has been done to it.
import { RegraftError } from "../../src/errors.js";
import type { Storage } from "../../src/learner/engine/features/storage.js";

export interface MemoryStorage extends Storage {
  readonly files: Map<string, Uint8Array>;
  /** Bytes of every read, in order. */
  readonly reads: number[];
}

const missing = (name: string): RegraftError =>
  new RegraftError("file-access", { path: name, operation: "read" }, `Cannot read ${name}.`);

export function memoryStorage(files = new Map<string, Uint8Array>()): MemoryStorage {
  const reads: number[] = [];
  return {
    files,
    reads,
    list: async () => [...files].map(([name, { length }]) => ({ name, size: length })),
    read: async (name, offset, into) => {
      const bytes = files.get(name)?.subarray(offset, offset + into.length);
      if (bytes?.length !== into.length) throw missing(name);
      reads.push(into.length);
      into.set(bytes);
    },
    write: async (name, bytes) => void files.set(name, bytes.slice()),
    remove: async (name) => void files.delete(name),
  };
}

/** One for each folder, the same at every call. */
export function memoryStorages(): ((folder: string) => MemoryStorage) & { readonly all: Map<string, MemoryStorage> } {
  const all = new Map<string, MemoryStorage>();
  const storage = (folder: string): MemoryStorage => {
    if (!all.has(folder)) all.set(folder, memoryStorage());
    return all.get(folder)!;
  };
  return Object.assign(storage, { all });
}
