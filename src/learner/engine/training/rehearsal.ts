// Rehearsals: trainings that start where the learner stands and that nobody keeps. Range tests are made of them.

import type { Extraction } from "../features/extraction.js";
import { rowsDuring } from "../features/feature-source.js";
import type { Boundary } from "../layers/boundary.js";
import { type OpenedLearner, weightsIn } from "../open-learner.js";
import { batchDrawer, type DrawBatches } from "./batch-order.js";
import { evaluate } from "./evaluate.js";
import { maskDrawer } from "./masks.js";
import { scoreNames, scoreOf } from "./score-of.js";
import type { TrainingState } from "./steps.js";

/** One throwaway training: every call trains one more step from the same start. */
export interface Rehearsal {
  /**
   * Trains a step on `batch` and returns the loss before it; not finite once it has diverged.
   * @param lr of the last layer group.
   */
  step(batch: Int32Array, lr: number): Promise<number>;
  /** How well it does on the validation photos as trained so far, see `scoreOf`. */
  score(): Promise<number>;
}

/** What a rehearsal is drawn from. */
export interface RehearsalRoom {
  /** @param path names the rehearsal among others: its dropout is drawn by it. */
  readonly rehearse: <R>(path: readonly (string | number)[], work: (rehearsal: Rehearsal) => Promise<R>) => Promise<R>;
  /** What the rehearsals' score is called. */
  readonly scoreName: string;
  readonly draw: DrawBatches;
  /** Batches of an epoch. */
  readonly perEpoch: number;
  /** Whether layers of the network are trained, and steps take long. */
  readonly isUnfrozen: boolean;
}

export interface RehearsalOptions {
  /** See `Rates`. */
  readonly ratios?: readonly number[] | undefined;
  readonly signal: AbortSignal;
}

/** @param start where every rehearsal begins. */
export async function rehearsalRoom(
  { optimizer, photos, spec, backbone }: OpenedLearner,
  { first, head, begin, evaluator, rowsPerRun }: Boundary,
  { train, valid }: Pick<Extraction, "train" | "valid">,
  start: TrainingState,
  { ratios, signal }: RehearsalOptions,
): Promise<RehearsalRoom> {
  const classes = photos.classes.length;
  const rehearse: RehearsalRoom["rehearse"] = async (path, work) => {
    const masks = maskDrawer(head.masks, spec.seed, ...path, "masks");
    const training = await begin(start);
    let taken = 0;
    try {
      return await work({
        step: async (batch, lr) => {
          const rates = { lr: [lr], momentum: [optimizer.momentum], ...(ratios && { ratios }) };
          let loss = Number.NaN;
          // One batch makes one chunk. What is drawn for it is drawn for this step.
          for await (const data of rowsDuring(train, [...path, taken]).chunks([batch], signal)) {
            const steps = { first: taken++, batches: data.batches, rates };
            loss = (await training.take({ data, masks, signal }, steps))[0]!;
          }
          return loss;
        },
        score: async () => {
          const parameters = weightsIn(head, await training.state());
          const { logits } = await evaluate(valid, { session: evaluator, parameters, classes, rowsPerRun, signal });
          return scoreOf(photos, logits, valid.labels);
        },
      });
    } finally {
      training.end();
    }
  };
  const isUnfrozen = first < backbone.groups.length;
  const draw = await batchDrawer(train, spec);
  return {
    rehearse,
    scoreName: scoreNames[photos.task],
    draw,
    perEpoch: Math.ceil(train.count / spec.batchSize),
    isUnfrozen,
  };
}
