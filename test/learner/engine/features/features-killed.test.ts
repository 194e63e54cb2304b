// Processes that are killed while they extract, at any moment: what they leave behind is used, and is right.
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import type { Extraction } from "../../../../src/learner/engine/features/extraction.js";
import { stream } from "../../../../src/random.js";
import { extractSlowly, photoCount } from "../../../helpers/extraction.js";
import { temporaryFolder } from "../../../helpers/temporary.js";

const script = fileURLToPath(new URL("../../../helpers/extraction.ts", import.meta.url));

/** Starts an extraction and kills it so many milliseconds after it has told of its first photos. Returns how far it came. */
function killed(folder: string, milliseconds: number): Promise<number> {
  const child = spawn(process.execPath, ["--import", "tsx", script, folder], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.on("data", (chunk) => {
    if (said === "") setTimeout(() => child.kill("SIGKILL"), milliseconds);
    said += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => resolve(Number(said.trim().split("\n").at(-1))));
  });
}

const valuesOf = async ({ train, valid }: Extraction) =>
  Promise.all([train, valid].map(async (part) => ({ names: part.names, ...(await part.slice(0, part.count)) })));

it("extracts the same features after any number of kill -9, and does not begin anew", async () => {
  const folder = join(temporaryFolder(), "features");
  const seed = Date.now();
  const from = stream(seed, "kills");
  const done: number[] = [];
  // Each stops somewhere on its way; later ones hurry through what is there.
  for (let i = 0; i < 4; i++) done.push(await killed(folder, from.below(150)));
  let decoded = 0;
  const finished = await extractSlowly(folder, { onDecode: () => decoded++ });
  const drafts = readdirSync(folder).filter((name) => name.startsWith(".draft-"));
  console.log(`killed at ${done} of ${photoCount} photos (seed ${seed}); ${decoded} left, ${drafts.length} drafts`);
  expect(await valuesOf(finished)).toEqual(await valuesOf(await extractSlowly(undefined)));
  // A segment of four is lost at most, beside those of the last batch.
  expect(decoded).toBeLessThanOrEqual(photoCount - Math.max(...done) + 8);
  decoded = 0;
  await extractSlowly(folder, { onDecode: () => decoded++ });
  expect(decoded).toBe(0);
}, 60_000);
