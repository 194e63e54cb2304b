// Takes the steps of some batches: as many at a time as keep one run short, each told of as soon as it is done.
import { RegraftError } from "../../../errors.js";
import { turn } from "../turn.js";
import type { Rates, StepContext, Training } from "./steps.js";

/** What one run has done. */
export interface StepResults {
  /** Index of its first step within the epoch. */
  readonly first: number;
  /** One loss per step, taken before the step's update. */
  readonly losses: Float32Array;
}

export interface TrainOptions extends StepContext {
  /** Rows of each step's batch. */
  readonly batches: readonly Int32Array[];
  /** What number the first of these steps has in its epoch; default 0. */
  readonly first?: number;
  /** Of all steps of the epoch. */
  readonly rates: Rates;
  /** What number the epoch's first step has in its fit; for errors. */
  readonly firstStep: number;
  readonly signal: AbortSignal;
  /** Told after every run, and awaited. */
  readonly onResults: (results: StepResults) => unknown;
}

// A run is as many steps as fit into this time (ms). Nothing can stop a run, so it should stay below 200; steps vary.
const runTime = 100;
// The first run, which still allocates, looks slow: growing this fast corrects that in a few runs.
const growth = 8;

/**
 * Trains one step per batch, many steps a run. How steps are divided into runs does not change their results.
 * @throws RegraftError "diverged" at the first loss that is not finite; the signal's reason.
 */
export async function train(training: Training, options: TrainOptions): Promise<void> {
  const { batches, first = 0, rates, firstStep, signal, onResults } = options;
  let stepsPerRun = 1;
  for (let at = 0; at < batches.length; ) {
    await turn(signal);
    const size = batches[at]!.length;
    let end = at;
    // One run takes batches of one size: only an epoch's last may be smaller.
    while (end < batches.length && end - at < stepsPerRun && batches[end]!.length === size) end++;
    const step = first + at;
    const started = performance.now();
    const losses = await training.take(options, {
      first: step,
      batches: batches.slice(at, end),
      rates: {
        ...rates,
        lr: rates.lr.slice(step, first + end),
        momentum: rates.momentum.slice(step, first + end),
      },
    });
    const perStep = (performance.now() - started) / (end - at);
    const bad = losses.findIndex((loss) => !Number.isFinite(loss));
    if (bad >= 0) throw diverged(firstStep + step + bad, rates.lr[step + bad]!);
    await onResults({ first: step, losses });
    at = end;
    stepsPerRun = Math.max(1, Math.min(stepsPerRun * growth, Math.floor(runTime / perStep)));
  }
}

export function diverged(step: number, lr: number): RegraftError {
  return new RegraftError(
    "diverged",
    { step, lr },
    `The loss is no longer a finite number at step ${step}, learning rate ${lr.toPrecision(3)}. ` +
      "The weights are those from before this training. Use a lower rate; lrFind() suggests one.",
  );
}
