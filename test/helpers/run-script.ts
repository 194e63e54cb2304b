// Node scripts in processes of their own, for what a test cannot do in its own: end, and be measured.
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a script until it ends by itself; one that hangs is killed, which its `signal` then tells.
 * @param script beside the caller's `import.meta.url`.
 * @param onOutput sees all that has been printed to stdout, and to stderr, so far.
 * @param cwd default: the test's own.
 * @param more `env` is what is in its environment beside the test's own; `timeout` is in milliseconds.
 */
export function runScript(
  script: URL,
  args: readonly string[],
  onOutput: (stdout: string, process: ChildProcess, stderr: string) => void = () => {},
  cwd = process.cwd(),
  { env = {}, timeout = 60_000 }: { readonly env?: NodeJS.ProcessEnv; readonly timeout?: number } = {},
): Promise<Ended> {
  const options = { cwd, env: { ...process.env, ...env }, timeout, killSignal: "SIGKILL" } as const;
  const child = spawn(process.execPath, [fileURLToPath(script), ...args], options);
  const said = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => {
    said.stdout += chunk;
    onOutput(said.stdout, child, said.stderr);
  });
  child.stderr.on("data", (chunk) => {
    said.stderr += chunk;
    onOutput(said.stdout, child, said.stderr);
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, ...said }));
  });
}
