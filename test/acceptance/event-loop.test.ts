// The caller's event loop is never held longer than 50 ms. Beside the page's, in browser-page.test.ts, the one assertion
// about time.
import { basename, join } from "node:path";
import { expect, it } from "vitest";
import { type Attempt, besideOthers, expectHeldAtMost } from "../helpers/core-time.js";
import { copyFew, fashionMini, photosIn } from "../helpers/photos.js";
import { runScript } from "../helpers/run-script.js";
import { temporaryFolder } from "../helpers/temporary.js";

const limit = 50;
const classes = photosIn(join(fashionMini, "train")).map((folder) => basename(folder));
// As many as make several batches and chunks; more of them hold nothing up longer.
const photos = copyFew(join(temporaryFolder(), "photos"), { classes, train: 16, valid: 4 });

it(`holds the caller's event loop for at most ${limit} ms`, () => expectHeldAtMost(limit, watched));

/** What event-loop.mjs prints. */
async function watched(): Promise<Attempt> {
  const [photo] = photosIn(join(fashionMini, "valid/bag"));
  const { longest, held, others } = await besideOthers(
    async (): Promise<{ longest: Record<string, number>; held: number | null; cpu: number }> => {
      const { code, stdout, stderr } = await runScript(new URL("event-loop.mjs", import.meta.url), [photos, photo!]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      return JSON.parse(stdout);
    },
    ({ cpu }) => cpu,
  );
  const late = Object.entries(longest).filter(([, delay]) => delay > limit);
  return { late: late.map(([phase, delay]) => `${phase} ${delay.toFixed(1)} ms`), held, others };
}
