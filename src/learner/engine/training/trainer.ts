// Training on cached features, as a function from state to state: who does not keep the result has changed nothing.
import { RegraftError } from "../../../errors.js";
import type { Session } from "../../../runtime/session.js";
import { float32, int32, type Tensor } from "../../../tensor.js";
import { nextState } from "../../../training-graph/assemble.js";
import type { Features } from "../features/feature-source.js";
import type { DrawMasks } from "./masks.js";

/** Parameters, running statistics and optimizer slots by name, see `initialState`. */
export type TrainingState = Readonly<Record<string, Tensor>>;

/** Rates of consecutive steps, one entry each. */
export interface Rates {
  readonly lr: readonly number[];
  readonly momentum: readonly number[];
}

/** What one run has done. */
export interface StepResults {
  /** Index of its first step within the epoch. */
  readonly first: number;
  /** One loss per step, taken before the step's update. */
  readonly losses: Float32Array;
}

export interface TrainOptions {
  readonly session: Session;
  readonly data: Features;
  /** Of the head, for the steps of this call. */
  readonly masks: DrawMasks;
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
  const { batches, first = 0, rates, firstStep, signal, onResults } = options;
  let current = state;
  let stepsPerRun = 1;
  for (let at = 0; at < batches.length; ) {
    signal.throwIfAborted();
    const size = batches[at]!.length;
    let end = at;
    // One run takes batches of one size: only an epoch's last may be smaller.
    while (end < batches.length && end - at < stepsPerRun && batches[end]!.length === size) end++;
    const step = first + at;
    const started = performance.now();
    const { next, losses } = await runSteps(current, options, {
      first: step,
      batches: batches.slice(at, end),
      rates: { lr: rates.lr.slice(step, first + end), momentum: rates.momentum.slice(step, first + end) },
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

/** Consecutive steps, all on batches of one size. */
export interface Steps extends Pick<TrainOptions, "batches" | "rates"> {
  /** The first one's number, by which masks are drawn. */
  readonly first: number;
}

/** One run. Losses may not be finite. */
export async function runSteps(
  state: TrainingState,
  { session, data, masks }: Pick<TrainOptions, "session" | "data" | "masks">,
  { first, batches, rates }: Steps,
): Promise<{ next: TrainingState; losses: Float32Array }> {
  const steps = batches.length;
  const size = batches[0]!.length;
  const order = new Int32Array(steps * size);
  for (const [i, batch] of batches.entries()) order.set(batch, i * size);
  const outputs = await session.run({
    features: data.features,
    labels: data.labels,
    order: int32([steps, size], order),
    lr: float32([steps], rates.lr),
    momentum: float32([steps], rates.momentum),
    ...masks(first, steps, size),
    ...state,
  });
  const next = Object.keys(state).map((name) => [name, outputs[nextState(name)]!]);
  return { next: Object.fromEntries(next), losses: outputs.losses!.data as Float32Array };
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
