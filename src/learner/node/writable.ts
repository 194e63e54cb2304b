// Finds out whether a folder can be written, before work that takes long depends on it. Leaves nothing behind.
import { randomUUID } from "node:crypto";
import { mkdir, rmdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { checkFolder } from "../options.js";
import { failed, nodeFiles } from "./files.js";

/**
 * Checks that `folder`, which need not be there yet, can be written, by a probe in it or in the nearest folder above.
 * @throws RegraftError "invalid-argument" when it is no path, "file-access"
 */
export async function checkWritable(folder: string): Promise<void> {
  checkFolder(folder);
  let place = resolve(folder);
  while ((await nodeFiles.kind(place)) === undefined && dirname(place) !== place) place = dirname(place);
  const probe = join(place, `.regraft-${randomUUID()}`);
  try {
    // Permissions alone do not tell: file systems are read-only, and root may write almost anywhere.
    await mkdir(probe);
    await rmdir(probe);
  } catch (cause) {
    failed(folder, "write", cause);
  }
}
