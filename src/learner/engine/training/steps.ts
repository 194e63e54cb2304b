// What it is to take training steps, however they are made: many in one run (loop-steps.ts), or each in several.
import type { Tensor } from "../../../tensor.js";
import { nextState } from "../../../training-graph/step.js";
import type { Features } from "../features/feature-source.js";
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

/** A training under way: it holds its state where the device wants it. */
export interface Training {
  /**
   * Takes steps. Losses, one a step and each from before its update, may not be finite.
   * @throws the signal's reason; what was done of these steps is then lost.
   */
  take(context: StepContext, steps: Steps): Promise<Float32Array>;
  /** As it is after the last steps. */
  state(): Promise<TrainingState>;
  /** Gives its memory back. */
  end(): void;
}

export type BeginTraining = (start: TrainingState) => Promise<Training>;

/** What outputs of a run stand for: by the names of `state`, those that have a successor among them. */
export const successors = <T>(state: Readonly<Record<string, T>>, outputs: Readonly<Record<string, T>>) =>
  Object.fromEntries(
    Object.keys(state).flatMap((name): [string, T][] => {
      const next = outputs[nextState(name)];
      return next ? [[name, next]] : [];
    }),
  );
