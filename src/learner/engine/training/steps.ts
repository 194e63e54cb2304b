// Taking training steps: many in one run of a Loop where a step is small, one in several runs where it is large.
import type { Session } from "../../../runtime/session.js";
import { float32, int32, type Tensor } from "../../../tensor.js";
import { type Sums, totalSum, weightSum } from "../../../training-graph/micro-batches.js";
import { nextState } from "../../../training-graph/step.js";
import type { Features } from "../features/feature-source.js";
import { turn } from "../turn.js";
import type { DrawMasks } from "./masks.js";

/** Parameters, running statistics and optimizer slots by name, see `initialState`. */
export type TrainingState = Readonly<Record<string, Tensor>>;

/** Rates of consecutive steps, one entry each. */
export interface Rates {
  /** Of the last layer group. */
  readonly lr: readonly number[];
  readonly momentum: readonly number[];
  /** Of each group that is trained, how many times the last one's rate its own is; absent: all alike. */
  readonly ratios?: readonly number[];
}

/** Consecutive steps, all on batches of one size. */
export interface Steps {
  /** The first one's number, by which masks are drawn. */
  readonly first: number;
  /** Rows of each step's batch. */
  readonly batches: readonly Int32Array[];
  readonly rates: Rates;
}

export interface StepContext {
  readonly data: Features;
  /** Of the head. */
  readonly masks: DrawMasks;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Takes steps from a state. Losses, one a step and each from before its update, may not be finite.
 * @throws the signal's reason; what was done of these steps is then lost.
 */
export type TakeSteps = (
  state: TrainingState,
  context: StepContext,
  steps: Steps,
) => Promise<{ readonly next: TrainingState; readonly losses: Float32Array }>;

/** @param session of a `trainingGraph`. All steps are one run. */
export const loopSteps =
  (session: Session): TakeSteps =>
  async (state, { data, masks }, { first, batches, rates }) => {
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
    return { next: successors(state, outputs), losses: outputs.losses!.data as Float32Array };
  };

export interface SummedParts {
  /** Of a `gradientGraph` and its `updateGraph`. */
  readonly gradient: Session;
  readonly update: Session;
  readonly zeros: Sums;
  /** Rows of a batch that are run together. */
  readonly rowsPerRun: number;
  readonly groups: number;
}

/** Each step is a run per part of its batch, and one for the update. */
export const summedSteps =
  ({ gradient, update, zeros, rowsPerRun, groups }: SummedParts): TakeSteps =>
  async (state, { data, masks, signal }, { first, batches, rates }) => {
    const ratios = rates.ratios ?? Array<number>(groups).fill(1);
    const losses = new Float32Array(batches.length);
    let current = state;
    for (const [i, batch] of batches.entries()) {
      const drawn = masks(first + i, 1, batch.length);
      let known: TrainingState = { ...current, ...zeros };
      for (let row = 0; row < batch.length; row += rowsPerRun) {
        await turn(signal);
        const rows = batch.subarray(row, row + rowsPerRun);
        const outputs = await gradient.run(
          inputsOf(gradient, {
            ...known,
            features: data.features,
            labels: data.labels,
            order: int32([rows.length], rows),
            ...Object.fromEntries(Object.entries(drawn).map(([name, mask]) => [name, rowsOf(mask, row, rows.length)])),
          }),
        );
        known = { ...known, ...successors(known, outputs) };
      }
      await turn(signal);
      const outputs = await update.run(
        inputsOf(update, {
          ...known,
          lr: float32(
            [groups],
            ratios.map((ratio) => ratio * rates.lr[i]!),
          ),
          momentum: float32([], [rates.momentum[i]!]),
        }),
      );
      losses[i] = numberIn(known[totalSum]!) / numberIn(known[weightSum]!);
      const after = { ...known, ...successors(known, outputs) };
      current = Object.fromEntries(Object.keys(state).map((name) => [name, after[name]!]));
      if (!Number.isFinite(losses[i])) break;
    }
    return { next: current, losses };
  };

/** What outputs of a run stand for: by the names of `state`, those that have a successor among them. */
const successors = (state: TrainingState, outputs: Readonly<Record<string, Tensor>>): TrainingState =>
  Object.fromEntries(
    Object.keys(state).flatMap((name) => {
      const next = outputs[nextState(name)];
      return next ? [[name, next]] : [];
    }),
  );

const inputsOf = ({ inputNames }: Session, values: TrainingState): TrainingState =>
  Object.fromEntries(inputNames.map((name) => [name, values[name]!]));

/** Of a mask [1, B, width], some rows: [rows, width]. */
function rowsOf({ shape, data }: Tensor<"uint8">, row: number, rows: number): Tensor<"uint8"> {
  const width = shape[2]!;
  return { dtype: "uint8", shape: [rows, width], data: data.subarray(row * width, (row + rows) * width) };
}

const numberIn = ({ data }: Tensor): number => (data as Float32Array)[0]!;
