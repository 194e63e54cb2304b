import { describe, expect, it } from "vitest";
import { createOutput } from "../../src/cli/output.js";
import { RegraftError } from "../../src/errors.js";
import { caught } from "../helpers/cli-here.js";

function outputs(json: boolean) {
  const [stdout, stderr] = [caught(), caught()];
  const output = createOutput({ stdout, stderr, json });
  output.note("a note");
  output.result("a result");
  output.error(new RegraftError("busy", { running: "fit" }, "It is running."));
  output.progress({ phase: "features", done: 1, total: 10 });
  output.json({ a: 1, b: [2] });
  output.close();
  return { stdout: stdout.text, stderr: stderr.text };
}

describe("createOutput", () => {
  it("gives results to stdout and all else to stderr", () => {
    expect(outputs(false)).toEqual({ stdout: "a result\n", stderr: "a note\nerror: It is running. [busy]\n" });
  });

  it("keeps stdout to the object alone with --json", () => {
    const stderr = "a note\na result\nerror: It is running. [busy]\n";
    expect(outputs(true)).toEqual({ stdout: '{"a":1,"b":[2]}\n', stderr });
  });
});
