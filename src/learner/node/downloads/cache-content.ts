// A file's bytes with their sha256, so that what was checked and what is used are the same.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import type { Content } from "../../engine/downloads/kept-downloads.js";

// Some milliseconds' work: in between, the signal is heard.
const sliceBytes = 16 * 2 ** 20;

/** @throws an error of the file system; the signal's reason */
export async function readContent(path: string, signal: AbortSignal): Promise<Content> {
  const bytes = await readFile(path, { signal }).catch((error) => {
    signal.throwIfAborted();
    throw error;
  });
  const hash = createHash("sha256");
  for (let offset = 0; offset < bytes.length; offset += sliceBytes) {
    hash.update(bytes.subarray(offset, offset + sliceBytes));
    await setImmediate();
    signal.throwIfAborted();
  }
  return { bytes, sha256: hash.digest("hex") };
}
