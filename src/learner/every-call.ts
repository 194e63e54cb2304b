// What every long call takes.
import type { Progress } from "./border/events.js";

/** What every long call takes. */
export interface CallOptions {
  /** Cancels the call, within about 200 ms; it then rejects with the signal's reason. The learner stays usable. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}
