// A file tree out of a list of paths: `list` answers in the order given, `identity` is the path itself. Files have the
// contents that they are given.

import type { FileTree } from "../../src/datasets/folder-photos.js";
import { RegraftError } from "../../src/errors.js";

export const numbered = (folder: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${folder}/${i}.jpg`);

export function memoryTree(
  root: string,
  paths: readonly string[],
  contents: Readonly<Record<string, string | Uint8Array>> = {},
): FileTree {
  const base = root.replace(/\/$/, "");
  return {
    list: async (directory) => {
      const prefix = `${directory.replace(/\/$/, "")}/`;
      const below = paths.map((path) => `${base}/${path}`).filter((path) => path.startsWith(prefix));
      const kinds = new Map(
        below.map((path) => {
          const [name, ...rest] = path.slice(prefix.length).split("/");
          return [name!, rest.length > 0 ? ("directory" as const) : ("file" as const)];
        }),
      );
      return [...kinds].map(([name, kind]) => ({ name, kind }));
    },
    identity: async (directory) => directory,
    read: async (path, most) => {
      const content = contents[path];
      const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
      if (bytes && bytes.length <= most) return bytes;
      throw new RegraftError("file-access", { path, operation: "read" }, `Cannot read ${path}.`);
    },
  };
}
