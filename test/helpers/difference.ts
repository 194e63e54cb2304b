// How far two lists of numbers are apart.

/** The largest absolute difference; infinite when the lists differ in length or hold a NaN. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  const differences = Array.from(a, (x, i) => Math.abs(x - b[i]!));
  return differences.some(Number.isNaN) ? Number.POSITIVE_INFINITY : Math.max(0, ...differences);
}

/** The largest difference in units of b's largest number. */
export const relativeDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  largestDifference(a, b) / Math.max(...Array.from(b, Math.abs));
