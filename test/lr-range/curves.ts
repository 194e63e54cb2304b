// Fixed curves for the tests, in the shape a range test gives them.
import type { Curve } from "../../src/lr-range/range-test.js";
import { type Stream, stream } from "../../src/random.js";

/** A curve over 1e-7 … 10 in 100 steps, of a loss given by log10 lr; unsmoothed, so that nothing lags. */
export function curveOf(loss: (logLr: number) => number, overrides: Partial<Curve> = {}): Curve {
  const lrs = Array.from({ length: 100 }, (_, i) => 1e-7 * 1e8 ** (i / 99));
  const losses = lrs.map((lr) => loss(Math.log10(lr)));
  return { lrs, losses, smoothed: losses, beta: 0, steps: 100, stopped: "diverged", ...overrides };
}

/** Flat at 2, falling in a straight line from 1e-4 to 0.1, flat at 0.5 and steeply up from 1 on. */
export const textbook = (logLr: number): number =>
  2 - 0.5 * Math.min(3, Math.max(0, logLr + 4)) + 8 * Math.max(0, logLr);

/** What the range test makes of raw losses. */
export function smooth(losses: readonly number[], beta: number): number[] {
  let average = 0;
  return losses.map((loss, i) => {
    average = beta * average + (1 - beta) * loss;
    return average / (1 - beta ** (i + 1));
  });
}

/** Standard normal by the sum of twelve uniforms: no tails, which is what a fixed curve wants. */
export const noise = (seed: number): (() => number) => {
  const random: Stream = stream(seed, "noise");
  return () => Array.from({ length: 12 }, () => random.next()).reduce((sum, value) => sum + value, -6);
};
