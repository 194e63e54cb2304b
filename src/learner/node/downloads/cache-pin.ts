// Pins: what is remembered of a downloaded file whose hash nobody knew beforehand, in a small file beside it.
import { randomUUID } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";

/** A sha256 in hexadecimal; "absent" when the server has no such file. */
export type Pin = string;

export const absent = "absent";

export const pinPath = (path: string): string => `${path}.sha256`;

export async function readPin(path: string): Promise<Pin | undefined> {
  const text = await readFile(pinPath(path), "utf8").catch(() => "");
  return /^([0-9a-f]{64}|absent) /.exec(text)?.[1];
}

/** Written whole or not at all, in the form that `sha256sum --check` reads. */
export async function writePin(path: string, pin: Pin): Promise<void> {
  const draft = `${pinPath(path)}.${randomUUID()}`;
  try {
    await writeFile(draft, `${pin}  ${basename(path)}\n`);
    await rename(draft, pinPath(path));
  } finally {
    await rm(draft, { force: true });
  }
}
