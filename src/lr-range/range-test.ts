// The learning-rate range test (Smith, arXiv 1506.01186): train while the rate rises step by step and write down
// the loss, until it diverges. It knows nothing about models: its caller trains one step, and restores afterwards.
import { invalidArgument } from "../errors.js";
import { exponential, linear } from "./schedules.js";

/** What a range test saw: plain data, one entry per step, the step that ended it left out. */
export interface Curve {
  /** The rate of each step; with several parameter groups, all ramped by one multiplier, the head's. */
  readonly lrs: readonly number[];
  /** Loss of each step's batch, before that step's update. */
  readonly losses: readonly number[];
  /** Moving average of `losses`, bias-corrected: it starts at the first loss and not at zero. */
  readonly smoothed: readonly number[];
  /** Decay of that average. */
  readonly beta: number;
  /** Steps from `startLr` to `endLr`; the curve is shorter when it diverged, longer when it was extended. */
  readonly steps: number;
  /** The loss exceeded its limit, stopped being a finite number, or the rates came to their end. */
  readonly stopped: "diverged" | "non-finite" | "end";
}

export interface RangeStep {
  readonly index: number;
  readonly lr: number;
  readonly loss: number;
  readonly smoothed: number;
}

export interface RangeTestOptions {
  /** Trains one step at `lr` and returns the loss of its batch before the update. */
  readonly step: (lr: number, index: number) => Promise<number>;
  /** Default 1e-7. */
  readonly startLr?: number;
  /** Default 10. */
  readonly endLr?: number;
  /** Steps from `startLr` to `endLr`, both included; default 100. */
  readonly steps?: number;
  /** Equal ratios (default) or equal differences between neighbouring rates. */
  readonly ramp?: "exponential" | "linear";
  /** How many times its best the smoothed loss may reach; default 4. */
  readonly stopFactor?: number;
  /** Decay of the moving average; default 1 - 10/steps. 0.98 is fast.ai's. */
  readonly beta?: number;
  /**
   * Go on above `endLr` until the loss diverges, or is down by 95 %; to at most three times `steps` and a rate of 1e8.
   * Default true.
   */
  readonly extend?: boolean;
  readonly signal?: AbortSignal;
  readonly onStep?: (step: RangeStep) => void;
}

const MOST_STEPS = 10_000;
const EXTENDED_STEPS = 3;
const EXTENDED_LR = 1e8;
/** A loss at a twentieth of the untrained one has nothing left to show: its gradients vanish and it never diverges. */
const LEARNT = 0.05;

/**
 * Runs the test. Rejects with "invalid-argument" for a senseless range, with the signal's reason when aborted, and with
 * whatever `step` rejects with.
 */
export async function rangeTest(options: RangeTestOptions): Promise<Curve> {
  const { step, startLr = 1e-7, endLr = 10, steps = 100, ramp = "exponential", stopFactor = 4 } = options;
  const { beta = memoryOfATenth(steps), extend = true, signal, onStep } = options;
  check(startLr, endLr, steps, stopFactor, beta);
  const rate = ramp === "linear" ? linear(startLr, endLr) : exponential(startLr, endLr);
  const watch = createWatch(steps, stopFactor);
  const lrs: number[] = [];
  const losses: number[] = [];
  const smoothed: number[] = [];
  const curve = (stopped: Curve["stopped"]): Curve => ({ lrs, losses, smoothed, beta, steps, stopped });

  let average = 0;
  for (let index = 0; index < (extend ? steps * EXTENDED_STEPS : steps); index++) {
    const lr = rate(index / (steps - 1));
    if (index >= steps && (lr > EXTENDED_LR || watch.hasLearnt(smoothed.at(-1)!))) break;
    signal?.throwIfAborted();
    const loss = await step(lr, index);
    average = beta * average + (1 - beta) * loss;
    const corrected = average / (1 - beta ** (index + 1));
    if (!Number.isFinite(corrected)) return curve("non-finite");
    if (watch.hasDiverged(loss, corrected)) return curve("diverged");
    lrs.push(lr);
    losses.push(loss);
    smoothed.push(corrected);
    onStep?.({ index, lr, loss, smoothed: corrected });
  }
  return curve("end");
}

/** The first tenth of a test, whose rates are too small to change anything. */
export const warmUpSteps = (steps: number): number => Math.max(2, Math.floor(steps / 10));

/**
 * The average remembers 1/(1-beta) steps; a tenth of the range whatever the number of steps, so that it always lags by
 * the same part of the range: for 100 steps over 8 decades by 0.7 of a decade, where fast.ai's 0.98 lags by up to 4.
 */
const memoryOfATenth = (steps: number): number => Math.max(0, 1 - 10 / steps);

/**
 * Watches one run. It has diverged when its smoothed loss exceeds `stopFactor` times the best. The warm-up neither
 * stops the test nor sets the best, as the average is still that of a few batches. Two guards are added to fast.ai's
 * rule:
 * - A run that does no worse than untrained has not diverged: where classes are separable the best nears zero, and
 *   four times that is noise. Untrained is the warm-up's second highest loss, what a hard batch costs before the
 *   rates change anything; the highest may be a spike.
 * - The step's own loss must be too high as well, for the average carries a single spike on for many steps.
 */
function createWatch(steps: number, stopFactor: number) {
  const warmUp = warmUpSteps(steps);
  const early: number[] = [];
  let untrained = 0;
  let best = Number.POSITIVE_INFINITY;
  return {
    hasDiverged(loss: number, smoothed: number): boolean {
      if (early.length < warmUp) {
        early.push(loss);
        untrained = early.toSorted((a, b) => b - a)[1] ?? loss;
        return false;
      }
      best = Math.min(best, smoothed);
      return Math.min(loss, smoothed) > Math.max(stopFactor * best, untrained);
    },
    hasLearnt: (smoothed: number): boolean => smoothed <= LEARNT * untrained,
  };
}

function check(startLr: number, endLr: number, steps: number, stopFactor: number, beta: number): void {
  if (!(startLr > 0 && Number.isFinite(startLr))) throw invalidArgument("startLr", "a positive rate", startLr);
  if (!(endLr > startLr && Number.isFinite(endLr))) {
    throw invalidArgument("endLr", `a rate above startLr (${startLr})`, endLr);
  }
  if (!Number.isInteger(steps) || steps < 2 || steps > MOST_STEPS) {
    throw invalidArgument("steps", `a whole number from 2 to ${MOST_STEPS}`, steps);
  }
  if (!(stopFactor > 1)) throw invalidArgument("stopFactor", "a factor above 1", stopFactor);
  if (!(Number.isFinite(beta) && beta >= 0 && beta < 1))
    throw invalidArgument("beta", "a decay of at least 0 and below 1", beta);
}
