// Does a command's work, and makes an exit code and a message of whatever becomes of it.
import { isRegraftError } from "../errors.js";
import type { Environment } from "./environment.js";
import { createOutput, type Output } from "./output.js";
import { Interrupted } from "./signals.js";

/** What a command does: it says things, and returns its exit code. */
export type Work = (output: Output) => Promise<0 | 1>;

/** What a command hands its work to. */
export type Perform = (flags: { readonly json?: boolean }, work: Work) => Promise<void>;

/** @returns what the work returns; 1 after an error; 128 + n after a signal. Never rejects. */
export async function perform(
  work: Work,
  { signal, ...options }: Pick<Environment, "stdout" | "stderr" | "signal"> & { json: boolean },
): Promise<number> {
  const output = createOutput(options);
  const sayStopping = (): void => output.note("Stopping.");
  signal.addEventListener("abort", sayStopping);
  try {
    return await work(output);
  } catch (error) {
    if (signal.reason instanceof Interrupted) return signal.reason.exitCode;
    report(error, output);
    return 1;
  } finally {
    signal.removeEventListener("abort", sayStopping);
    output.close();
  }
}

function report(error: unknown, output: Output): void {
  if (isRegraftError(error)) {
    output.error(error);
    output.json({ error: { code: error.code, message: error.message } });
  } else {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    output.note(`error: This is a bug in regraft, please report it.\n${stack ?? message}`);
    output.json({ error: { code: "internal", message } });
  }
}
