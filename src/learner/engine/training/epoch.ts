// One epoch of training: batches and dropout drawn for it, steps taken, progress told.
import { isRegraftError } from "../../../errors.js";
import type { Head } from "../../../heads/head.js";
import type { CallContext } from "../../border/channel.js";
import type { LearnerSpec } from "../../border/spec.js";
import { type FeatureSource, rowsDuring } from "../features/feature-source.js";
import { batchDrawer } from "./batch-order.js";
import { maskDrawer } from "./masks.js";
import type { BeginTraining, Rates, TrainingState } from "./steps.js";
import { diverged, type StepResults, train } from "./trainer.js";

export interface EpochOptions {
  readonly data: FeatureSource;
  readonly head: Head;
  readonly begin: BeginTraining;
  readonly batchSize: number;
  readonly batches: LearnerSpec["batches"];
  readonly seed: number;
  /** Its number: with the seed, all there is to know of what is drawn. */
  readonly epoch: number;
  readonly rates: Rates;
  /** What number its first step has in its fit; for errors. */
  readonly firstStep: number;
  /** Told where it has led to. */
  readonly onState: (state: TrainingState) => void;
}

/**
 * Cancelled, or failed for want of photos, it leaves what was learnt until then.
 * @throws RegraftError "diverged" at the first loss, or at weights, that are not finite; the signal's reason.
 */
export async function trainEpoch(
  start: TrainingState,
  { data, head, begin, seed, epoch, rates, firstStep, onState, ...order }: EpochOptions,
  { signal, emit }: CallContext,
): Promise<void> {
  const batches = (await batchDrawer(data, { ...order, seed }))("order", epoch);
  const masks = maskDrawer(head.masks, seed, "masks", epoch);
  let hasLearnt = false;
  const onResults = (results: StepResults): void => {
    hasLearnt = true;
    emit({ phase: "results", ...results });
    emit({ phase: "train", done: results.first + results.losses.length, total: batches.length });
  };
  const training = await begin(start);
  try {
    for await (const chunk of rowsDuring(data, ["epoch", epoch]).chunks(batches, signal)) {
      const { first } = chunk;
      await train(training, { masks, rates, firstStep, signal, data: chunk, batches: chunk.batches, first, onResults });
    }
    const state = await training.state();
    // The last update comes after the last loss: only the state tells of it.
    if (!isFiniteState(state)) throw diverged(firstStep + batches.length - 1, rates.lr[batches.length - 1]!);
    onState(state);
  } catch (error) {
    // A device that is lost cannot be read any more; the first error tells why.
    if (hasLearnt && !isRegraftError(error, "diverged")) await training.state().then(onState, () => {});
    throw error;
  } finally {
    training.end();
  }
}

function isFiniteState(state: TrainingState): boolean {
  for (const { data } of Object.values(state))
    for (const x of data as Float32Array) if (!Number.isFinite(x)) return false;
  return true;
}
