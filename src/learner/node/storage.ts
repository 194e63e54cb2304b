// Storage on Node: a folder whose files appear whole, under their names, or not at all.
import { randomUUID } from "node:crypto";
import { open, readdir, rename, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Storage } from "../engine/features/storage.js";
import { failed } from "./files.js";
import { makeFolder } from "./make-folder.js";

/** What a killed process left half written begins with this. */
export const draftPrefix = ".draft-";
// Milliseconds after which nobody is at work on a draft any more.
const draftLifetime = 3_600_000;

/** A name that was given is only sure to be there after a power failure once its folder is on the disk. */
async function syncFolder(folder: string): Promise<void> {
  // Some systems and file systems do not let folders be opened, or written through.
  const opened = await open(folder).catch(() => undefined);
  await opened?.sync().catch(() => {});
  await opened?.close();
}

export function nodeStorage(path: string): Storage {
  const folder = resolve(path);
  const at = (name: string): string => join(folder, name);
  return {
    list: async () => {
      const entries = await readdir(folder, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) =>
        cause.code === "ENOENT" ? [] : failed(folder, "read", cause),
      );
      const files = [];
      for (const entry of entries) {
        // Another process may have removed it in the meantime.
        const found = entry.isFile() ? await stat(at(entry.name)).catch(() => undefined) : undefined;
        if (!found) continue;
        if (!entry.name.startsWith(draftPrefix)) files.push({ name: entry.name, size: found.size });
        else if (Date.now() - found.mtimeMs > draftLifetime) await rm(at(entry.name), { force: true }).catch(() => {});
      }
      return files;
    },

    read: async (name, offset, into) => {
      const file = await open(at(name)).catch((cause) => failed(at(name), "read", cause));
      try {
        for (let done = 0; done < into.length; ) {
          const { bytesRead } = await file.read(into, done, into.length - done, offset + done);
          if (bytesRead === 0) throw new Error(`it ends at ${offset + done} bytes`);
          done += bytesRead;
        }
      } catch (cause) {
        failed(at(name), "read", cause);
      } finally {
        await file.close();
      }
    },

    write: async (name, bytes) => {
      const draft = at(`${draftPrefix}${randomUUID()}`);
      try {
        await makeFolder(folder);
        const file = await open(draft, "wx");
        try {
          await file.writeFile(bytes);
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(draft, at(name));
        await syncFolder(folder);
      } catch (cause) {
        await rm(draft, { force: true }).catch(() => {});
        failed(at(name), "write", cause);
      }
    },

    remove: (name) => rm(at(name), { force: true }).catch((cause) => failed(at(name), "write", cause)),
  };
}
