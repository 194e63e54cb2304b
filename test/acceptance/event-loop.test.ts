// The caller's event loop is never held longer than 50 ms: the one assertion about time.
import { cpus } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { fashionMini, photosIn } from "../helpers/photos.js";
import { runScript } from "../helpers/run-script.js";

const limit = 50;
const attempts = 3;

it(`holds the caller's event loop for at most ${limit} ms`, async () => {
  let leastHeld = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const { longest, held, others } = await watched();
    const late = Object.entries(longest).filter(([, delay]) => delay > limit);
    if (late.length === 0) return;
    // Others on the same cores hold everybody up: the next attempt may be undisturbed.
    if (others < 0.05) expect(late).toEqual([]);
    console.warn(`other processes take ${Math.round(100 * others)} % of the cores; beside them: ${late.join("; ")}`);
    leastHeld = Math.min(leastHeld, held ?? 0);
  }
  // What regraft holds up by itself, it holds up every time.
  console.warn(`only judged without the time spent waiting for a free core: ${leastHeld.toFixed(1)} ms`);
  expect(leastHeld).toBeLessThanOrEqual(limit);
});

/** What event-loop.mjs prints, and the share of all cores that other processes had meanwhile. */
async function watched() {
  const [photo] = photosIn(join(fashionMini, "valid/bag"));
  const before = cpuTimes();
  const { code, stdout, stderr } = await runScript(new URL("event-loop.mjs", import.meta.url), [fashionMini, photo!]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const after = cpuTimes();
  const seen: { longest: Record<string, number>; held: number | null; cpu: number } = JSON.parse(stdout);
  return { ...seen, others: (after.busy - before.busy - seen.cpu) / (after.all - before.all) };
}

/** Milliseconds of all cores together. */
function cpuTimes(): { busy: number; all: number } {
  const times = cpus().map((core) => core.times);
  const all = times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0);
  return { busy: all - times.reduce((sum, { idle }) => sum + idle, 0), all };
}
