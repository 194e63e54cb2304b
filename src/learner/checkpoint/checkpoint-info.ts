// What a caller is told of a checkpoint that was loaded.
import type { LoadedCheckpoint } from "../engine/checkpoint/load.js";

export interface CheckpointInfo {
  /** Epochs done by then, over all fits. */
  readonly epochs: number;
  /** Steps that are done of the epoch under way. */
  readonly step: number;
  /** The fit that was broken off, as it was called: `resume` goes on with it. Absent: there is none. */
  readonly interrupted?: string;
  /** What was kept with it. */
  readonly note: unknown;
  /** What is to be known of it, in sentences: that a newer one was damaged, that results will differ in their last bits. */
  readonly notices: readonly string[];
}

export function infoOf({ training, note, notices }: LoadedCheckpoint): CheckpointInfo {
  const { fits, agenda } = training;
  const fit = agenda?.steps.find((step) => step.kind === "fit");
  return {
    epochs: fits.reduce((sum, { epochs }) => sum + epochs.length, 0),
    step: agenda?.progress.step ?? 0,
    ...(fit && { interrupted: fit.plan.call }),
    note,
    notices,
  };
}
