// Slopes of a noisy curve: straight lines fitted to a window that slides along it.

/**
 * Least-squares slope of y over x in the window of `reach` points to either side of each point; of the points whose
 * window lies within the curve only, so the first result belongs to point `reach`.
 */
export function slidingSlopes(x: readonly number[], y: readonly number[], reach: number): number[] {
  const width = 2 * reach + 1;
  return Array.from({ length: Math.max(0, x.length - width + 1) }, (_, from) =>
    slope(x.slice(from, from + width), y.slice(from, from + width)),
  );
}

function slope(x: readonly number[], y: readonly number[]): number {
  const middleX = mean(x);
  const middleY = mean(y);
  let covariance = 0;
  let variance = 0;
  x.forEach((value, i) => {
    covariance += (value - middleX) * (y[i]! - middleY);
    variance += (value - middleX) ** 2;
  });
  return covariance / variance;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
