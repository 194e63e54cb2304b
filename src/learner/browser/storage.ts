// Storage in a browser: a folder of the origin private file system. For workers, where every browser can write one.
import type { Storage, StoredFile } from "../engine/features/storage.js";
import { join } from "../engine/platform.js";
import { failed, openFolder } from "./private-folder.js";
import { isDraft, writeWhole } from "./whole-file.js";

// Milliseconds after which nobody is at work on a draft any more.
const draftLifetime = 3_600_000;

/**
 * Empty files count for none: they are what a tab leaves that was closed while it wrote.
 * @param path names between slashes.
 */
export function browserStorage(path: string): Storage {
  const at = (name: string): string => join(path, name);
  const opened = async (name: string): Promise<File> => {
    const folder = await openFolder(path, "read");
    if (!folder) throw new DOMException("", "NotFoundError");
    return (await folder.getFileHandle(name)).getFile();
  };
  return {
    list: async () => {
      const folder = await openFolder(path, "read");
      return folder ? filesIn(folder).catch((cause) => failed(path, "read", cause)) : [];
    },

    read: async (name, offset, into) => {
      try {
        const file = await opened(name);
        const bytes = await file.slice(offset, offset + into.length).arrayBuffer();
        if (bytes.byteLength < into.length) throw new Error(`it ends at ${file.size} bytes`);
        into.set(new Uint8Array(bytes));
      } catch (cause) {
        await failed(at(name), "read", cause);
      }
    },

    write: async (name, bytes) => {
      const folder = await openFolder(path, "write");
      await writeWhole(folder, name, bytes).catch((cause) => failed(at(name), "write", cause));
    },

    remove: async (name) => {
      const folder = await openFolder(path, "read");
      await folder?.removeEntry(name).catch((cause: Error) => {
        if (cause.name !== "NotFoundError") return failed(at(name), "write", cause);
      });
    },
  };
}

/** Removes old drafts on the way. */
async function filesIn(folder: FileSystemDirectoryHandle): Promise<StoredFile[]> {
  const files: StoredFile[] = [];
  for await (const { name, kind } of entriesOf(folder)) {
    if (kind !== "file") continue;
    // Another tab may have removed it in the meantime.
    const found = await folder
      .getFileHandle(name)
      .then((file) => file.getFile())
      .catch(() => undefined);
    if (!found) continue;
    if (found.size > 0 && !isDraft(name)) files.push({ name, size: found.size });
    else if (Date.now() - found.lastModified > draftLifetime) await folder.removeEntry(name).catch(() => {});
  }
  return files;
}

/** TypeScript's types of the DOM leave it out. */
const entriesOf = (folder: FileSystemDirectoryHandle): AsyncIterable<FileSystemHandle> =>
  (folder as unknown as { values(): AsyncIterable<FileSystemHandle> }).values();
