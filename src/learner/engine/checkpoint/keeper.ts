// Checkpoints within an epoch: one between two runs as soon as the last one is old enough.
import type { CheckpointSpec, TrainingRecord } from "../../border/checkpoint.js";
import { createSmoothLoss } from "../../smooth-loss.js";
import type { LearnerState } from "../learner-state.js";
import { isFiniteState } from "../training/epoch.js";
import type { TrainingState } from "../training/steps.js";
import type { StepResults } from "../training/trainer.js";
import { saveCheckpoint } from "./save.js";

/** Of an epoch, as it begins. */
export interface EpochCheckpoints extends CheckpointSpec {
  readonly training: TrainingRecord;
}

export interface Keeper {
  /** Told of each run; `state` reads where it has led to. */
  readonly afterRun: (results: StepResults, state: () => Promise<TrainingState>) => Promise<void>;
  /** Of an epoch that is broken off. A failure to write it is not told: what broke it off is. */
  readonly atEnd: () => Promise<void>;
}

/** @param epoch the learner's. */
export function createKeeper(
  learner: LearnerState,
  epoch: number,
  { training, everySeconds, ...target }: EpochCheckpoints,
): Keeper {
  const agenda = training.agenda!;
  const smooth = createSmoothLoss(agenda.progress.smooth);
  let { step } = agenda.progress;
  let last = performance.now();
  const write = (state: TrainingState): Promise<void> => {
    const progress = { ...agenda.progress, step, smooth: smooth.state };
    const now = { ...training, agenda: { ...agenda, progress } };
    return saveCheckpoint(learner, { ...target, training: now }, { state, epoch, step });
  };
  return {
    afterRun: async ({ first, losses }, read) => {
      smooth.add(losses);
      step = first + losses.length;
      if (performance.now() - last < 1000 * everySeconds) return;
      const state = await read();
      // The next loss will tell of it; until then the checkpoint before is the last good one.
      if (!isFiniteState(state)) return;
      await write(state);
      last = performance.now();
    },
    atEnd: async () => {
      const { position } = learner;
      // Where its state could not be read, it is still where the epoch began.
      if (position.epoch === epoch && position.step === step && isFiniteState(position.state))
        await write(position.state).catch(() => {});
    },
  };
}
