// Callbacks: plain objects on the caller's side with any of these functions. They are called in list order, each awaited
// before training goes on with the next epoch; what one throws ends the fit and rejects it.
import type { EpochResult } from "./border/report.js";

export interface FitState {
  /** Epochs of this fit, and the one under way, from 0. */
  readonly epochs: number;
  readonly epoch: number;
  readonly stepsPerEpoch: number;
  /** The fit's epochs so far. */
  readonly results: readonly EpochResult[];
  /** Ends the fit after the epoch under way, as if it had been the last. */
  stop(): void;
}

/** What a run of several steps has done; a worker tells of it after the fact. */
export interface StepsResult {
  /** Index of the first of these steps within the fit. */
  readonly first: number;
  /** One entry per step, the loss taken before the step's update. */
  readonly losses: readonly number[];
  readonly lrs: readonly number[];
}

export interface Callback {
  beforeFit?(state: FitState): void | Promise<void>;
  beforeEpoch?(state: FitState): void | Promise<void>;
  /** Not awaited: the steps of an epoch run on in the worker. */
  afterSteps?(state: FitState, steps: StepsResult): void;
  afterEpoch?(state: FitState, result: EpochResult): void | Promise<void>;
  /** Also after `stop`, not after an error. */
  afterFit?(state: FitState): void | Promise<void>;
}
