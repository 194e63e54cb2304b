// Options that calls of a learner share.
import type { CyclicalOptions } from "../lr-range/schedules.js";
import type { Progress } from "./border/events.js";
import type { Callback } from "./callbacks.js";

/** What every long call takes. */
export interface CallOptions {
  /** Cancels the call, within about 200 ms; it then rejects with the signal's reason. The learner stays usable. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

export interface FitOptions extends CallOptions {
  readonly callbacks?: readonly Callback[];
}

export type FitCyclicalOptions = Omit<CyclicalOptions, "stepSize"> & {
  /** Steps in half a cycle; default: those of two epochs. */
  readonly stepSize?: number;
};
