// Pins on Node: small files beside those that they are about.
import { randomUUID } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { type Pin, pinIn, pinPath, pinText } from "../../engine/downloads/pin.js";

export const readPin = async (path: string): Promise<Pin | undefined> =>
  pinIn(await readFile(pinPath(path), "utf8").catch(() => ""));

/** Written whole or not at all. */
export async function writePin(path: string, pin: Pin): Promise<void> {
  const draft = `${pinPath(path)}.${randomUUID()}`;
  try {
    await writeFile(draft, pinText(pin, basename(path)));
    await rename(draft, pinPath(path));
  } finally {
    await rm(draft, { force: true });
  }
}
