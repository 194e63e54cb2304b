// fastai's four rules for reading a learning rate off a range test's curve, as its schedule.py defines them, and the
// trimming it does first. Each is a pure function of a trimmed curve and answers `null` where there are too few points.
import type { Curve } from "./range-test.js";

/** The part of a curve that suggestions are read from: smoothed losses over rates. */
export interface Trimmed {
  readonly lrs: readonly number[];
  readonly losses: readonly number[];
}

/** Without the first tenth of the planned steps, the last five points, and all from the first non-finite value on. */
export function trim({ lrs, smoothed, steps }: Curve): Trimmed {
  const from = Math.floor(steps / 10);
  const to = Math.max(from, Math.min(lrs.length, smoothed.length) - 5);
  const losses = smoothed.slice(from, to);
  const broken = losses.findIndex((loss) => !Number.isFinite(loss));
  const end = broken < 0 ? to : from + broken;
  return { lrs: lrs.slice(from, end), losses: smoothed.slice(from, end) };
}

/** The middle of the middle third of the longest valley: of the longest strictly falling subsequence, gaps allowed. */
export function valley({ lrs, losses }: Trimmed): number | null {
  const lengths = fallingLengths(losses);
  const longest = lengths.reduce((a, b) => Math.max(a, b), 0);
  if (longest < 3) return null;
  const end = lengths.indexOf(longest);
  const third = longest / 3;
  return lrs[end - longest + Math.floor(third) + Math.floor(third / 2)]!;
}

/** Where the loss falls fastest against the logarithm of the rate. */
export function steep({ lrs, losses }: Trimmed): number | null {
  const slopes = losses.slice(1).map((loss, i) => (loss - losses[i]!) / Math.log(lrs[i + 1]! / lrs[i]!));
  return lrs.length < 2 ? null : lrs[indexOfLowest(slopes)]!;
}

/** A tenth of the rate with the lowest loss. */
export function minimum({ lrs, losses }: Trimmed): number | null {
  return lrs.length === 0 ? null : lrs[indexOfLowest(losses)]! / 10;
}

const SLIDE_WIDTH = 15;
const SLIDE_THRESHOLD = 0.005;

/** Two points 15 steps apart slide down from the right end while their gradients differ; the left one's last rate. */
export function slide({ lrs, losses }: Trimmed): number | null {
  if (lrs.length <= SLIDE_WIDTH) return null;
  const gradients = centralDifferences(losses);
  let left = lrs.length - 1 - SLIDE_WIDTH;
  let found = left;
  while (left >= 0 && Math.abs(gradients[left + SLIDE_WIDTH]! - gradients[left]!) > SLIDE_THRESHOLD) found = left--;
  return lrs[found]!;
}

/** Length of the longest strictly falling subsequence that ends at each point; patience sorting, O(n log n). */
function fallingLengths(losses: readonly number[]): number[] {
  // ends[k]: the highest loss with which a subsequence of k + 1 points can end; falling in k.
  const ends: number[] = [];
  return losses.map((loss) => {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle]! > loss) low = middle + 1;
      else high = middle;
    }
    ends[low] = loss;
    return low + 1;
  });
}

/** numpy's gradient with unit spacing: central differences, one-sided at both ends. */
const centralDifferences = (y: readonly number[]): number[] =>
  y.map((_, i) => {
    const before = Math.max(0, i - 1);
    const after = Math.min(y.length - 1, i + 1);
    return (y[after]! - y[before]!) / (after - before);
  });

/** The first one, as argmin's. */
const indexOfLowest = (values: readonly number[]): number =>
  values.reduce((lowest, value, i) => (value < values[lowest]! ? i : lowest), 0);
