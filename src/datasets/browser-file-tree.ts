// Files in a browser, as far as datasets name them: what has an address can be read, folders cannot be listed.
import { RegraftError } from "../errors.js";
import type { FileTree } from "./folder-photos.js";

/** @param base the page's address, which others may be relative to. */
export const browserFileTree = (base: string): FileTree => ({
  list: async (directory) => noFolders(directory),
  identity: async (directory) => noFolders(directory),
  read: async (file, most) => {
    const response = await fetch(new URL(file, base)).catch((cause) => refuse(file, "cannot be fetched", cause));
    if (!response.ok) refuse(file, `cannot be fetched: the server answers with status ${response.status}`);
    const blob = await response.blob().catch((cause) => refuse(file, "cannot be fetched whole", cause));
    if (blob.size > most) refuse(file, `has ${blob.size} bytes, more than the ${most} that are read`);
    return new Uint8Array(await blob.arrayBuffer());
  },
});

function noFolders(path: string): never {
  const remedy = "Pass the files: `data: await imageFiles(input.files)`, of an <input type=file webkitdirectory>, say";
  return refuse(path, "cannot be looked into: a page in a browser has no folders", undefined, remedy);
}

function refuse(path: string, problem: string, cause?: unknown, remedy = "Check the address"): never {
  const message = `${path} ${problem}. ${remedy}.`;
  throw new RegraftError("file-access", { path, operation: "read" }, message, { cause });
}
