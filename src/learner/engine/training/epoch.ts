// One epoch of training: batches and dropout drawn for it, steps taken, progress told.
import type { Head } from "../../../heads/head.js";
import type { CallContext } from "../../border/channel.js";
import type { FeatureSource } from "../features/feature-source.js";
import { epochBatches } from "./batch-order.js";
import { maskDrawer } from "./masks.js";
import type { Rates, TakeSteps, TrainingState } from "./steps.js";
import { train } from "./trainer.js";

export interface EpochOptions {
  readonly data: FeatureSource;
  readonly head: Head;
  readonly takeSteps: TakeSteps;
  readonly batchSize: number;
  readonly seed: number;
  /** Its number: with the seed, all there is to know of what is drawn. */
  readonly epoch: number;
  readonly rates: Rates;
  /** What number its first step has in its fit; for errors. */
  readonly firstStep: number;
  /** Told after every run. */
  readonly onState: (state: TrainingState) => void;
}

/** @throws RegraftError "diverged"; the signal's reason. */
export async function trainEpoch(
  start: TrainingState,
  { data, head, takeSteps, batchSize, seed, epoch, rates, firstStep, onState }: EpochOptions,
  { signal, emit }: CallContext,
): Promise<void> {
  const batches = epochBatches(data.count, batchSize, seed, "order", epoch);
  const masks = maskDrawer(head.masks, seed, "masks", epoch);
  let state = start;
  for await (const chunk of data.chunks(batches, signal)) {
    const { first } = chunk;
    const options = { takeSteps, masks, rates, firstStep, signal, data: chunk, batches: chunk.batches, first };
    state = await train(state, {
      ...options,
      onResults: (next, results) => {
        onState(next);
        emit({ phase: "results", ...results });
        emit({ phase: "train", done: results.first + results.losses.length, total: batches.length });
      },
    });
  }
}
