// Python as an independent judge of what we write. Where it is missing, the tests that need it say so and skip.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe } from "vitest";

const python = process.env.REGRAFT_PYTHON ?? "python3";

/** A suite that needs Python with these modules. */
export function describePython(name: string, modules: readonly string[], suite: () => void): void {
  const has = spawnSync(python, ["-c", `import ${modules}`]).status === 0;
  if (!has) console.warn(`skipped, needs Python with ${modules} (REGRAFT_PYTHON names the interpreter): ${name}`);
  (has ? describe : describe.skip)(name, suite);
}

/** Runs a script; its output, or an error with what it said. */
export function runPython(script: URL, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(python, [fileURLToPath(script), ...args], { encoding: "utf8" });
  if (status !== 0) throw new Error(`python failed: ${stderr}`);
  return stdout;
}
