// Ctrl-C and its kin, as an AbortSignal.
import { constants } from "node:os";

/** The reason of an aborted signal. */
export class Interrupted extends Error {
  /** 128 and the signal's number, as shells expect: 130 for Ctrl-C, 143 for SIGTERM. */
  readonly exitCode: number;

  constructor(signal: keyof typeof constants.signals) {
    super(`Stopped by ${signal}.`);
    this.exitCode = 128 + constants.signals[signal];
  }
}

/** Aborted at the first SIGINT or SIGTERM. Later ones change nothing: a run under way must end before the process may. */
export function abortOnSignals(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => controller.abort(new Interrupted(name)));
  return controller.signal;
}
