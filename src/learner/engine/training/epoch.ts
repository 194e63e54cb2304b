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
  /** How many of its steps are taken already; default 0. */
  readonly taken?: number;
  /** Awaited after every run; `read` gives the state that it has led to. */
  readonly afterRun?: ((results: StepResults, read: () => Promise<TrainingState>) => Promise<void>) | undefined;
  /** Told where it has led to, after how many of its steps. */
  readonly onState: (state: TrainingState, step: number) => void;
}

/**
 * Cancelled, or failed for want of photos, it leaves what was learnt until then.
 * @throws RegraftError "diverged" at the first loss, or at weights, that are not finite; the signal's reason.
 */
export async function trainEpoch(
  start: TrainingState,
  { data, head, begin, seed, epoch, rates, firstStep, taken = 0, afterRun, onState, ...order }: EpochOptions,
  { signal, emit }: CallContext,
): Promise<void> {
  const batches = (await batchDrawer(data, { ...order, seed }))("order", epoch);
  const masks = maskDrawer(head.masks, seed, "masks", epoch);
  let step = taken;
  const training = await begin(start);
  const onResults = (results: StepResults): Promise<void> | undefined => {
    step = results.first + results.losses.length;
    emit({ phase: "results", ...results });
    emit({ phase: "train", done: step, total: batches.length });
    return afterRun?.(results, () => training.state());
  };
  try {
    const rows = rowsDuring(data, ["epoch", epoch]);
    for await (const chunk of rows.chunks(batches.slice(taken), signal)) {
      const first = taken + chunk.first;
      await train(training, { masks, rates, firstStep, signal, data: chunk, batches: chunk.batches, first, onResults });
    }
    const state = await training.state();
    // The last update comes after the last loss: only the state tells of it.
    if (!isFiniteState(state)) throw diverged(firstStep + batches.length - 1, rates.lr[batches.length - 1]!);
    onState(state, step);
  } catch (error) {
    // A device that is lost cannot be read any more; the first error tells why.
    if (step > taken && !isRegraftError(error, "diverged"))
      await training.state().then(
        (state) => onState(state, step),
        () => {},
      );
    throw error;
  } finally {
    training.end();
  }
}

export function isFiniteState(state: TrainingState): boolean {
  for (const { data } of Object.values(state))
    for (const x of data as Float32Array) if (!Number.isFinite(x)) return false;
  return true;
}
