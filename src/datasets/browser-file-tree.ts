// Files in a browser, as far as datasets name them: what has an address can be read, folders cannot be listed.
import { RegraftError } from "../errors.js";
import type { FileTree } from "./folder-photos.js";

/** @param base the page's address, which others may be relative to. */
export const browserFileTree = (base: string): FileTree => ({
  list: async (directory) => noFolders(directory),
  identity: async (directory) => noFolders(directory),
  read: async (file, most) => {
    const { fetchBytes } = await import("./fetch-image.js");
    return fetchBytes(URL.canParse(file, base) ? new URL(file, base).href : file, most);
  },
});

function noFolders(path: string): never {
  const message =
    `${path} cannot be looked into: a page in a browser has no folders. Pass the files: ` +
    "`data: await imageFiles(input.files)`, of an <input type=file webkitdirectory>, say.";
  throw new RegraftError("file-access", { path, operation: "read" }, message);
}
