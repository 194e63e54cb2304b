// An epoch of a fit: trained from where the learner stands, kept in checkpoints on the way, undone with its fit if it diverges.
import { assert, isRegraftError } from "../../errors.js";
import type { CallContext } from "../border/channel.js";
import type { EpochCheckpoints } from "./checkpoint/keeper.js";
import type { LearnerState } from "./learner-state.js";
import { nextEpoch } from "./position.js";
import { trainEpoch } from "./training/epoch.js";
import type { Rates } from "./training/steps.js";

export interface EpochRequest {
  /** Of all its steps. */
  readonly rates: Rates;
  /** What number its first step has in its fit. */
  readonly firstStep: number;
  /** How many of its steps are taken already, where one is gone on with; default 0. */
  readonly taken?: number;
  /** Absent: none are written. */
  readonly checkpoints?: EpochCheckpoints;
}

/** @throws RegraftError "diverged", "file-access" for a checkpoint that cannot be written; the signal's reason */
export async function fitEpoch(
  learner: LearnerState,
  { rates, firstStep, taken = 0, checkpoints }: EpochRequest,
  context: CallContext,
): Promise<void> {
  const { train: data } = await learner.rows(context);
  const { spec } = learner.divided.learner;
  const { state, epoch: last, step } = learner.position;
  assert(taken === 0 || taken === step, `an epoch at step ${step} is not gone on with from step ${taken}`);
  if (firstStep === 0 && taken === 0) learner.beginFit();
  const epoch = taken > 0 ? last : nextEpoch(learner.position);
  const keeper = checkpoints && (await import("./checkpoint/keeper.js")).createKeeper(learner, epoch, checkpoints);
  const options = { ...spec, ...learner.divided.boundary, data, epoch, rates, firstStep, taken };
  try {
    await trainEpoch(
      state,
      {
        ...options,
        afterRun: keeper?.afterRun,
        onState: (next, step) => {
          learner.position = { state: next, epoch, step };
        },
      },
      context,
    );
  } catch (error) {
    // Cancelled, the learner keeps what it has learnt; diverged, there is nothing worth keeping.
    if (isRegraftError(error, "diverged")) learner.undoFit();
    else if (!isRegraftError(error, "file-access")) await keeper?.atEnd();
    throw error;
  }
}
