// Finds out whether a folder can be written, before work that takes long depends on it. Leaves nothing behind.
import { randomUUID } from "node:crypto";
import { lstat, mkdir, rmdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { checkFolder } from "../../arguments.js";
import type { Files } from "../engine/platform.js";
import { refuseForeignFolder } from "../export/export.js";
import { failed, nodeFiles } from "./files.js";

/**
 * Checks that `folder`, which need not be there yet, can be written, by a probe in it or in the nearest folder above.
 * @throws RegraftError "invalid-argument" when it is no path, "file-access"
 */
export async function checkWritable(folder: string): Promise<void> {
  checkFolder(folder);
  let place = resolve(folder);
  while ((await nodeFiles.kind(place)) === undefined && dirname(place) !== place) {
    if (await isLink(place)) failed(folder, "write", new Error("it is a link that leads nowhere"));
    place = dirname(place);
  }
  const probe = join(place, `.regraft-${randomUUID()}`);
  try {
    // Permissions alone do not tell: file systems are read-only, and root may write almost anywhere.
    await mkdir(probe);
    await rmdir(probe);
  } catch (cause) {
    failed(folder, "write", cause);
  }
}

const isLink = (path: string): Promise<boolean> =>
  lstat(path).then(
    (found) => found.isSymbolicLink(),
    () => false,
  );

/**
 * Checks that an export can be written to `folder` and replaces nothing of somebody else's.
 * @throws RegraftError "invalid-argument", "file-access"
 */
export async function checkExportFolder(folder: string, files: Files): Promise<void> {
  checkFolder(folder);
  await refuseForeignFolder(folder, files);
  await checkWritable(folder);
  await checkWritable(join(folder, "onnx"));
}
