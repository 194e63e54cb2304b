// Python's onnx as an independent judge of what we write. Where it is missing, the tests that need it say so and skip.
import { spawnSync } from "node:child_process";
import { describe } from "vitest";

const python = process.env.REGRAFT_PYTHON ?? "python3";

const hasOnnx = spawnSync(python, ["-c", "import onnx"]).status === 0;

/** Runs a Python script with arguments; its output, or an error with what it said. */
export function runPython(script: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(python, ["-c", script, ...args], { encoding: "utf8" });
  if (status !== 0) throw new Error(`python failed: ${stderr}`);
  return stdout;
}

export function describePython(name: string, suite: () => void): void {
  if (!hasOnnx) console.warn(`skipped, needs Python with onnx (REGRAFT_PYTHON names the interpreter): ${name}`);
  (hasOnnx ? describe : describe.skip)(name, suite);
}
