// Ctrl-C and SIGTERM on the command line: the right exit code, soon, and nothing left behind.
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { copyFew, fashionMini } from "../helpers/photos.js";
import { runCli } from "../helpers/run-cli.js";
import { temporaryFolder } from "../helpers/temporary.js";

const home = temporaryFolder();
const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;
// Enough that extraction takes a while, few enough that what comes after it begins soon.
const many = fashionMini;
const few = copyFew(join(home, "few"), { classes: ["bag", "coat"], train: 10, valid: 2 });
type Signal = keyof typeof exitCodes;

let runs = 0;
interface Moment {
  readonly photos: string;
  /** What stderr says by then. */
  readonly begun: RegExp;
  /** Milliseconds after that. */
  readonly delay: number;
}

/** Trains without an end, in a folder of its own, and sends `signals` at a moment: the first, and once that has been heard the
 * others, as of signals sent at once a process with several threads may hear any first. */
async function interrupted({ photos, begun, delay }: Moment, ...signals: [Signal, ...Signal[]]) {
  const cwd = join(home, `${runs++}`);
  mkdirSync(cwd);
  const [first, ...later] = signals;
  let sent: number | undefined;
  const ended = await runCli(["train", photos, "--epochs", "100000", "--json"], {
    cwd,
    onOutput: ({ stderr }, child) => {
      if (/^Stopping/m.test(stderr)) for (const signal of later.splice(0)) expect(child.kill(signal)).toBe(true);
      if (sent !== undefined || !begun.test(stderr)) return;
      sent = performance.now();
      setTimeout(() => child.kill(first), delay);
    },
  });
  // Of a training that has begun; it is there to be gone on with.
  const checkpoints = "few-model.checkpoint";
  const left = readdirSync(cwd).filter((name) => name !== checkpoints);
  const isKept = existsSync(join(cwd, checkpoints));
  return { ...ended, milliseconds: performance.now() - sent! - delay, left, isKept };
}

const extraction = { photos: many, begun: /^Model /m };
const rangeTest = { photos: few, begun: /^Photos: /m };
const training = { photos: few, begun: /^3 {9}/m };

describe.each([
  ["extraction", { ...extraction, delay: 0 }],
  ["extraction", { ...extraction, delay: 300 }],
  ["the range test", { ...rangeTest, delay: 0 }],
  ["the range test", { ...rangeTest, delay: 40 }],
  ["training", { ...training, delay: 0 }],
  ["training", { ...training, delay: 70 }],
] as const)("in mid-%s", (_, moment) => {
  it.each(["SIGINT", "SIGTERM"] as const)(`%s, ${moment.delay} ms later`, async (signal) => {
    const { code, stdout, stderr, milliseconds, left, isKept } = await interrupted(moment, signal);
    expect({ code, stdout, left }).toEqual({ code: exitCodes[signal], stdout: "", left: [] });
    expect(stderr).toMatch(/^Stopping\.$/m);
    if (moment.begun === training.begun) expect(isKept).toBe(true);
    expect(stderr.includes("To go on from the last checkpoint: regraft train --resume few-model.checkpoint\n")).toBe(
      isKept,
    );
    expect(stderr).not.toMatch(/error|terminate called|abort|core dumped|fatal/i);
    console.log(`ended after ${Math.round(milliseconds)} ms`);
  });
});

describe("impatience", () => {
  it("a second and third Ctrl-C change nothing", async () => {
    const { code, stderr, left } = await interrupted({ ...extraction, delay: 200 }, "SIGINT", "SIGINT", "SIGTERM");
    expect({ code, left }).toEqual({ code: 130, left: [] });
    expect(stderr.match(/Stopping/g)).toHaveLength(1);
  });
});
