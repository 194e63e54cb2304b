// The reading of fast.ai's first lesson, after Smith: the largest rate at which the loss still clearly falls, about
// a decade before its minimum.
import { type Curve, warmUpSteps } from "./range-test.js";
import { trim } from "./rules.js";
import { slidingSlopes } from "./slopes.js";

/** Falling at half of the steepest descent is still falling clearly. */
const CLEAR = 0.5;

/**
 * Slopes are fitted against log lr over windows of an eighth of the range, to the best loss so far: there a spike is a
 * flat stretch, while its decay in the average would pass for a descent. The last window that falls clearly lies
 * whole within the curve, so the loss falls for another half window: too high a rate takes some steps to show. And
 * the average tells of losses seen some steps earlier, so the answer is the rate of that earlier step.
 * `null` where there is no descent.
 */
export function lesson(curve: Curve): number | null {
  const { lrs, losses } = trim(curve);
  const logLrs = lrs.map(Math.log10);
  const reach = Math.max(2, Math.min(Math.round(curve.steps / 16), Math.floor((lrs.length - 1) / 4)));
  const best = bestSoFar(losses, startLevel(curve));
  const slopes = slidingSlopes(logLrs, best, reach);
  if (slopes.length === 0 || !(best.at(-1)! < best[0]!)) return null;
  const steepest = slopes.reduce((a, b) => Math.min(a, b));
  const found = slopes.findLastIndex((slope) => slope <= CLEAR * steepest) + reach + Math.floor(curve.steps / 10);
  return interpolate(curve.lrs, found - meanAge(curve.beta, found + 1));
}

/** The untrained loss: the median of the warm-up. */
export function startLevel({ losses, steps }: Curve): number {
  const early = losses.slice(0, warmUpSteps(steps)).sort((a, b) => a - b);
  return early[Math.floor(early.length / 2)] ?? Number.NaN;
}

function bestSoFar(losses: readonly number[], start: number): number[] {
  let best = start;
  return losses.map((loss) => {
    best = Math.min(best, loss);
    return best;
  });
}

/** How many steps ago, on average, the losses were seen that make up a bias-corrected average of `n` of them. */
const meanAge = (beta: number, n: number): number => beta / (1 - beta) - (n * beta ** n) / (1 - beta ** n);

/** The rate at a fractional index, between its neighbours on the logarithmic axis. */
function interpolate(lrs: readonly number[], index: number): number {
  const left = Math.floor(index);
  const right = Math.min(left + 1, lrs.length - 1);
  return lrs[left]! * (lrs[right]! / lrs[left]!) ** (index - left);
}
