// What the command line gets from the process it runs in; tests bring their own.
import type { Host } from "../learner/border/host.js";
import type { Platform } from "../learner/engine/platform.js";
import type { TextStream } from "./streams.js";

export interface Environment {
  readonly host: Host;
  readonly platform: Platform;
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  /** Aborted, with an `Interrupted` as its reason, when the user wants to stop. */
  readonly signal: AbortSignal;
}
