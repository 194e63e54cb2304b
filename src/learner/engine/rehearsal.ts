// Rehearsals: trainings that start where the learner stands and that nobody keeps. Range tests are made of them.
import { evaluate } from "./evaluate.js";
import type { Extraction } from "./features.js";
import { topK } from "./metrics.js";
import { type OpenedLearner, parametersOf } from "./open-learner.js";
import { runSteps, type TrainingState } from "./trainer.js";

/** One throwaway training: every call trains one more step from the same start. */
export interface Rehearsal {
  /** Trains a step on `batch` and returns the loss before it; not finite once it has diverged. */
  step(batch: Int32Array, lr: number): Promise<number>;
  /** Accuracy on the validation photos as trained so far. */
  accuracy(): Promise<number>;
}

/** What a rehearsal is drawn from. */
export interface RehearsalRoom {
  readonly begin: () => Rehearsal;
  readonly rows: number;
  readonly batchSize: number;
  readonly seed: number;
}

/** @param start where every rehearsal begins. */
export function rehearsalRoom(
  { trainer, evaluator, head, optimizer, photos, spec }: OpenedLearner,
  { train, valid }: Extraction,
  start: TrainingState,
): RehearsalRoom {
  const classes = photos.classes.length;
  const begin = (): Rehearsal => {
    let state = start;
    return {
      step: async (batch, lr) => {
        const rates = { lr: [lr], momentum: [optimizer.momentum] };
        const { next, losses } = await runSteps(state, { session: trainer, data: train }, [batch], rates);
        state = next;
        return losses[0]!;
      },
      accuracy: async () => {
        const parameters = parametersOf(head, state);
        const { logits } = await evaluate(valid, { session: evaluator, parameters, classes });
        return topK({ logits, labels: valid.labels.data, classes }, 1);
      },
    };
  };
  return { begin, rows: train.names.length, batchSize: spec.batchSize, seed: spec.seed };
}
