// Training on cached features, as a function from state to state: who does not keep the result has changed nothing.
import { RegraftError } from "../../../errors.js";
import { turn } from "../turn.js";
import type { Rates, StepContext, TakeSteps, TrainingState } from "./steps.js";

/** What one run has done. */
export interface StepResults {
  /** Index of its first step within the epoch. */
  readonly first: number;
  /** One loss per step, taken before the step's update. */
  readonly losses: Float32Array;
}

export interface TrainOptions extends StepContext {
  readonly takeSteps: TakeSteps;
  /** Rows of each step's batch. */
  readonly batches: readonly Int32Array[];
  /** What number the first of these steps has in its epoch; default 0. */
  readonly first?: number;
  /** Of all steps of the epoch. */
  readonly rates: Rates;
  /** What number the epoch's first step has in its fit; for errors. */
  readonly firstStep: number;
  readonly signal: AbortSignal;
  /** Told after every run, with the state it led to. */
  readonly onResults: (state: TrainingState, results: StepResults) => void;
}

// A run is as many steps as fit into this time (ms). Nothing can stop a run, so it should stay below 200; steps vary.
const runTime = 100;
// The first run, which still allocates, looks slow: growing this fast corrects that in a few runs.
const growth = 8;

/**
 * Trains one step per batch, many steps a run. How steps are divided into runs does not change their results.
 * @throws RegraftError "diverged" at the first loss, or weight, that is not finite; the signal's reason. `state` stays valid.
 */
export async function train(state: TrainingState, options: TrainOptions): Promise<TrainingState> {
  const { takeSteps, batches, first = 0, rates, firstStep, signal, onResults } = options;
  let current = state;
  let stepsPerRun = 1;
  for (let at = 0; at < batches.length; ) {
    await turn(signal);
    const size = batches[at]!.length;
    let end = at;
    // One run takes batches of one size: only an epoch's last may be smaller.
    while (end < batches.length && end - at < stepsPerRun && batches[end]!.length === size) end++;
    const step = first + at;
    const started = performance.now();
    const { next, losses } = await takeSteps(current, options, {
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
    // The last update comes after the last loss: only the state tells of it.
    if (end === batches.length && !isFiniteState(next))
      throw diverged(firstStep + first + end - 1, rates.lr[first + end - 1]!);
    current = next;
    onResults(current, { first: step, losses });
    at = end;
    stepsPerRun = Math.max(1, Math.min(stepsPerRun * growth, Math.floor(runTime / perStep)));
  }
  return current;
}

function isFiniteState(state: TrainingState): boolean {
  for (const { data } of Object.values(state))
    for (const x of data as Float32Array) if (!Number.isFinite(x)) return false;
  return true;
}

function diverged(step: number, lr: number): RegraftError {
  return new RegraftError(
    "diverged",
    { step, lr },
    `The loss is no longer a finite number at step ${step}, learning rate ${lr.toPrecision(3)}. ` +
      "The weights are those from before this training. Use a lower rate; lrFind() suggests one.",
  );
}
