// Cancelling, disposing, Ctrl-C, process.exit, an exception, and a process that simply ends, each in the midst of work:
// no abort of the process, the right exit code, nothing left lying about.
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { copyFew } from "../helpers/photos.js";
import { type Ended, runScript } from "../helpers/run-script.js";
import { temporaryFolder } from "../helpers/temporary.js";

const folder = temporaryFolder();
const phases = ["extraction", "training", "range test"] as const;
type Phase = (typeof phases)[number] | "augmented training" | "opening" | "export";
type Ending = "abort" | "dispose" | "exit" | "throw" | "interrupt";

// Enough that the extraction takes a while, few enough that everything else begins soon.
const many = copyFew(join(folder, "many"), { classes: ["bag", "coat", "dress", "shirt"], train: 50, valid: 10 });
const few = copyFew(join(folder, "few"), { classes: ["bag", "coat"], train: 20, valid: 5 });

let runs = 0;
async function end(phase: Phase, ending: Ending, delay = 0): Promise<Ended & { left: string[] }> {
  const home = join(folder, `run ${runs++}`);
  mkdirSync(home);
  const photos = phase === "extraction" ? many : few;
  const args = [phase, ending, `${delay}`, photos, join(home, "out")];
  const ended = await runScript(new URL("ending.mjs", import.meta.url), args, (stdout, child) => {
    if (ending === "interrupt" && stdout.includes("ready")) child.kill("SIGINT");
  });
  expect(ended.stderr).not.toMatch(/terminate called|abort|core dumped|fatal/i);
  expect(ended.stdout).toMatch(/^ready\n/);
  return { ...ended, left: readdirSync(home) };
}

const said = ({ stdout }: Ended) => JSON.parse(stdout.split("\n")[1]!);

describe.each(phases)("in mid-%s", (phase) => {
  it("a signal cancels, and the learner stays usable", async () => {
    const ended = await end(phase, "abort", 5);
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(said(ended)).toMatchObject({ isReason: true, epochs: 1 });
    console.log(`answered after ${Math.round(said(ended).milliseconds)} ms`);
  });

  it("dispose ends the call with a typed error, and the process by itself", async () => {
    const ended = await end(phase, "dispose", 10);
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(said(ended).code).toBe("disposed");
    console.log(`answered after ${Math.round(said(ended).milliseconds)} ms`);
  });

  it("Ctrl-C ends the process by that signal", async () => {
    expect(await end(phase, "interrupt")).toMatchObject({ code: null, signal: "SIGINT", stderr: "", left: [] });
  });

  // Where in a run the end comes is chance: several tries, at different times.
  it.each([0, 3, 11, 24, 60])("process.exit after %i ms more gives its code", async (delay) => {
    expect(await end(phase, "exit", delay)).toMatchObject({ code: 3, signal: null, stderr: "", left: [] });
  });

  it.each([0, 17])("an exception after %i ms more is reported as ever", async (delay) => {
    const ended = await end(phase, "throw", delay);
    expect(ended).toMatchObject({ code: 1, signal: null, left: [] });
    expect(ended.stderr).toContain("the caller's own mistake");
  });
});

describe("in mid-training of all layers, while workers decode and augment photos", () => {
  it.each(["abort", "dispose"] as const)("%s ends the call, and the process by itself", async (ending) => {
    const ended = await end("augmented training", ending, 10);
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(said(ended)).toMatchObject(ending === "abort" ? { isReason: true, epochs: 1 } : { code: "disposed" });
    console.log(`answered after ${Math.round(said(ended).milliseconds)} ms`);
  });

  it.each([0, 24])("process.exit after %i ms more gives its code", async (delay) => {
    expect(await end("augmented training", "exit", delay)).toMatchObject({ code: 3, signal: null, stderr: "" });
  });
});

describe("while a learner is being opened", () => {
  it.each([0, 100, 150, 200, 300])("process.exit after %i ms gives its code", async (delay) => {
    expect(await end("opening", "exit", delay)).toMatchObject({ code: 3, signal: null, stderr: "" });
  });
});

describe("in mid-export", () => {
  it.each([0, 30, 45, 55, 70])("process.exit after %i ms leaves a whole folder or none", async (delay) => {
    const ended = await end("export", "exit", delay);
    expect(ended).toMatchObject({ code: 3, signal: null, stderr: "" });
    expect([[], ["out"]]).toContainEqual(ended.left);
  });
});

describe("a learner that nobody disposes", () => {
  it.each(["awaited", "not awaited"])("lets the process end once its training, %s, is done", async (how) => {
    const ended = await runScript(new URL("finishing.mjs", import.meta.url), [how, few]);
    expect(ended).toEqual({ code: 0, signal: null, stdout: "3 epochs\n", stderr: "" });
  });
});
