import { describe, expect, it } from "vitest";
import { perform, type Work } from "../../src/cli/perform.js";
import { Interrupted } from "../../src/cli/signals.js";
import { RegraftError } from "../../src/errors.js";
import { caught, lastLine } from "../helpers/cli-here.js";

async function performed(work: Work, { json = false, signal = new AbortController().signal } = {}) {
  const [stdout, stderr] = [caught(), caught()];
  const code = await perform(work, { stdout, stderr, signal, json });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

const fails = (error: unknown) => async () => {
  throw error;
};

describe("perform", () => {
  it("gives the exit code of the work", async () => {
    expect(await performed(async () => 0)).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(await performed(async () => 1)).toMatchObject({ code: 1 });
  });

  it("tells a typed error with its code", async () => {
    const error = new RegraftError("disposed", { object: "learner" }, "It is disposed.");
    expect(await performed(fails(error))).toEqual({
      code: 1,
      stdout: "",
      stderr: "error: It is disposed. [disposed]\n",
    });
    const { code, stdout } = await performed(fails(error), { json: true });
    expect(code).toBe(1);
    expect(lastLine(stdout)).toEqual({ error: { code: "disposed", message: "It is disposed." } });
  });

  it("owns up to a bug, with the stack", async () => {
    const { code, stdout, stderr } = await performed(fails(new TypeError("x is not a function")), { json: true });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^error: This is a bug in regraft, please report it.\nTypeError: x is not a function\n +at /,
    );
    expect(lastLine(stdout)).toEqual({ error: { code: "internal", message: "x is not a function" } });
  });

  it("stops at a signal, with the signal's exit code and nothing on stdout", async () => {
    const controller = new AbortController();
    const work: Work = async () => {
      controller.abort(new Interrupted("SIGTERM"));
      controller.signal.throwIfAborted();
      return 0;
    };
    const said = await performed(work, { json: true, signal: controller.signal });
    expect(said).toEqual({ code: 143, stdout: "", stderr: "Stopping.\n" });
  });
});
