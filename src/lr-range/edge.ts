// Where weights that are trained already stop bearing a rate: the loss, which has nothing left to fall, rises for good.
import { startLevel } from "./lesson.js";
import type { Curve } from "./range-test.js";

/** A rise by this part of the starting loss is one, */
const CLEAR_RISE = 0.25;
/** and this many times what is left of the noise between batches in the average. */
const NOISE = 5;

/**
 * The first rate from which on the average stays clearly above where it starts; `null` when it never does.
 * @param noise of the losses, their standard deviation between batches.
 */
export function edge(curve: Curve, noise: number): number | null {
  const { lrs, smoothed, beta } = curve;
  const start = startLevel(curve);
  // Variance of an average of independent losses that decays by beta.
  const limit = start + Math.max(CLEAR_RISE * Math.abs(start), NOISE * noise * Math.sqrt((1 - beta) / (1 + beta)));
  const first = smoothed.findLastIndex((loss) => !(loss > limit)) + 1;
  return lrs[first] ?? null;
}
