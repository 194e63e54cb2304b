// Files in a browser: it has none that a path could name.
import { RegraftError } from "../../errors.js";
import type { Files } from "../engine/platform.js";

export const browserFiles: Files = {
  kind: async () => undefined,
  read: async (path) => refuse(path, "read"),
  readBeside: async (_, location) => refuse(location, "read"),
  writeFolder: async (path) => refuse(path, "write"),
};

const remedies = {
  read:
    "Give a model as a name that regraft knows, an https:// address, hf:owner/name, or its bytes: those of a File are " +
    "`new Uint8Array(await file.arrayBuffer())`.",
  write: "Take what is written as files in memory, and offer them as downloads.",
};

function refuse(path: string, operation: "read" | "write"): never {
  const message = `Cannot ${operation} ${path}: a page in a browser has no folders. ${remedies[operation]}`;
  throw new RegraftError("file-access", { path, operation }, message);
}
