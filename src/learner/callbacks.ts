// Callbacks: plain objects on the caller's side with any of these functions. They are called in list order, each awaited
// before training goes on with the next epoch; what one throws ends the fit and rejects it.
import { checkFunction, isObject, type Names } from "../arguments.js";
import type { Task } from "../datasets/task.js";
import { invalidArgument } from "../errors.js";
import type { EpochResult, FitRecord } from "./border/report.js";

export interface FitState<T extends Task = "single-label"> {
  /** Epochs of this fit, and the one under way, from 0. */
  readonly epochs: number;
  readonly epoch: number;
  readonly stepsPerEpoch: number;
  /** Those that the fit trains, from the image on, with the highest rate each gets. */
  readonly groups: FitRecord["groups"];
  /** The fit's epochs so far. */
  readonly results: readonly EpochResult<T>[];
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

export interface Callback<T extends Task = "single-label"> {
  beforeFit?(state: FitState<T>): void | Promise<void>;
  beforeEpoch?(state: FitState<T>): void | Promise<void>;
  /** Not awaited: the steps of an epoch run on in the worker. */
  afterSteps?(state: FitState<T>, steps: StepsResult): void;
  afterEpoch?(state: FitState<T>, result: EpochResult<T>): void | Promise<void>;
  /** Also after `stop`, not after an error. */
  afterFit?(state: FitState<T>): void | Promise<void>;
}

const events = Object.keys({
  beforeFit: true,
  beforeEpoch: true,
  afterSteps: true,
  afterEpoch: true,
  afterFit: true,
} satisfies Names<Callback>) as readonly (keyof Callback)[];

/**
 * Refuses what is no list of callbacks, and one whose fields are none that would be called.
 * @throws RegraftError "invalid-argument"
 */
export function checkCallbacks(callbacks: readonly Callback<Task>[]): void {
  if (!Array.isArray(callbacks)) throw invalidArgument("callbacks", "a list of callbacks", callbacks);
  for (const [i, callback] of (callbacks as readonly Callback<Task>[]).entries()) {
    const name = `callbacks[${i}]`;
    const expected = `an object with any of the functions ${events.join(", ")}`;
    if (!isObject(callback)) throw invalidArgument(name, expected, callback);
    const present = events.filter((event) => callback[event] !== undefined);
    const fields = Object.keys(callback);
    if (present.length === 0 && fields.length > 0) throw invalidArgument(name, expected, fields.join(", "));
    for (const event of present) checkFunction(`${name}.${event}`, callback[event]);
  }
}
