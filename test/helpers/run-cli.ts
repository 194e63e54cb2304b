// The command line as users get it: dist/cli.js in a process of its own.
import type { ChildProcess } from "node:child_process";
import { type Ended, runScript } from "./run-script.js";

const cli = new URL("../../dist/cli.js", import.meta.url);

export interface CliOptions {
  readonly cwd?: string;
  /** Sees all that has been printed so far. */
  readonly onOutput?: (said: { readonly stdout: string; readonly stderr: string }, child: ChildProcess) => void;
}

export const runCli = (args: readonly string[], { cwd, onOutput }: CliOptions = {}): Promise<Ended> =>
  runScript(cli, args, (stdout, child, stderr) => onOutput?.({ stdout, stderr }, child), cwd);
