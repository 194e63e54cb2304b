// Files on Node: reading with typed errors, and writing a folder whole or not at all.

import { randomUUID } from "node:crypto";
import { readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import { RegraftError } from "../../errors.js";
import type { Files } from "../engine/platform.js";
import { makeFolder } from "./make-folder.js";

export const nodeFiles: Files = {
  kind: async (path) => {
    const found = await stat(path).catch(() => undefined);
    return found?.isDirectory() ? "directory" : found?.isFile() ? "file" : undefined;
  },

  read: async (path) => {
    // Reading a pipe or a device could wait for ever.
    const found = await stat(path).catch(() => undefined);
    if (found && !found.isFile() && !found.isDirectory()) failed(path, "read", new Error("it is not a file"));
    return readFile(path).catch((cause) => failed(path, "read", cause));
  },

  readBeside: async (modelPath, location) => {
    const path = join(dirname(modelPath), location);
    const remedy = `${modelPath} keeps weights in it: put it beside the model.`;
    const real = await realpath(path).catch((cause) => failed(path, "read", cause, remedy));
    // A name cannot lead out of the folder (safeLocation), but a link can.
    if (!real.startsWith((await realpath(dirname(modelPath))) + sep)) {
      const reason = `its data file ${location} is a link that leads out of the model's folder`;
      throw new RegraftError(
        "invalid-model",
        { source: modelPath, reason },
        `${modelPath} is refused: ${reason}. Copy the file.`,
      );
    }
    return nodeFiles.read(real);
  },

  writeFolder: async (path, files, obsolete = []) => {
    const target = resolve(path);
    let draft: string | undefined;
    try {
      const isNew = (await nodeFiles.kind(target)) === undefined;
      const beside = isNew ? dirname(target) : target;
      await makeFolder(beside);
      draft = join(beside, `.regraft-${randomUUID()}`);
      await fill(draft, files);
      if (isNew) await rename(draft, target);
      else await moveInto(target, draft, [...files.keys()]);
      for (const name of obsolete) await rm(join(target, name), { force: true });
    } catch (cause) {
      return failed(path, "write", cause);
    } finally {
      if (draft) await rm(draft, { recursive: true, force: true }).catch(() => {});
    }
  },
};

async function fill(folder: string, files: ReadonlyMap<string, Uint8Array | string>): Promise<void> {
  for (const [name, content] of files) {
    await makeFolder(dirname(join(folder, name)));
    await writeFile(join(folder, name), content);
  }
}

/** Replaces file by file: what else lies in the folder is not ours to remove. */
async function moveInto(folder: string, draft: string, names: readonly string[]): Promise<void> {
  // What cannot be replaced is found before anything is.
  for (const name of names)
    if ((await nodeFiles.kind(join(folder, name))) === "directory")
      throw Object.assign(new Error(), { code: "EISDIR", path: name });
  for (const name of names) {
    await makeFolder(dirname(join(folder, name)));
    await rename(join(draft, name), join(folder, name));
  }
}

const remedies = { read: "Check the path.", write: "Choose a folder that you may write to." };

/** Throws what went wrong as "file-access". */
export function failed(
  path: string,
  operation: "read" | "write",
  cause: unknown,
  remedy: string = remedies[operation],
): never {
  const { code = "", message } = cause as NodeJS.ErrnoException;
  const what = reasons[code] ?? message;
  throw new RegraftError("file-access", { path, operation }, `Cannot ${operation} ${path}: ${what}. ${remedy}`, {
    cause,
  });
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENAMETOOLONG: "the name is too long",
  ENOSPC: "the disk is full",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of the path is a file",
  EEXIST: "a file of this name is in the way",
};
