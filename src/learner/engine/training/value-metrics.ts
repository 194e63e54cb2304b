// Scores of predicted values, as pure functions of what was said and what is true, both [N, values] row by row.
import type { ValueMetric } from "./metric-names.js";

export interface ValueOutcome {
  readonly predicted: Float32Array;
  readonly actual: Float32Array;
  readonly names: readonly string[];
}

export interface ValueScore {
  readonly name: string;
  /** Mean absolute error, mean squared error and its root, in the value's own units. */
  readonly mae: number;
  readonly mse: number;
  readonly rmse: number;
  /**
   * The share of the value's variance that is explained: 1 - Σ(y - x)² / Σ(y - ȳ)². 0 for saying the mean; below it for worse;
   * NaN where all photos have the same value.
   */
  readonly r2: number;
}

export function valueScores({ predicted, actual, names }: ValueOutcome): ValueScore[] {
  const width = names.length;
  const rows = actual.length / width;
  return names.map((name, at) => {
    const error = (row: number): number => predicted[row * width + at]! - actual[row * width + at]!;
    const squares = sumOver(rows, (row) => error(row) ** 2);
    const spread = spreadOf(actual, at, width);
    const mse = squares / rows;
    return {
      name,
      mae: sumOver(rows, (row) => Math.abs(error(row))) / rows,
      mse,
      rmse: Math.sqrt(mse),
      r2: spread === 0 ? Number.NaN : 1 - squares / spread,
    };
  });
}

/** Σ (y - ȳ)² of one value. */
function spreadOf(actual: Float32Array, at: number, width: number): number {
  const rows = actual.length / width;
  const mean = sumOver(rows, (row) => actual[row * width + at]!) / rows;
  return sumOver(rows, (row) => (actual[row * width + at]! - mean) ** 2);
}

/** Of each value, Σ (y - ȳ)² / N; its mean squared error by it is 1 - R². */
export const variances = ({ actual, names }: Pick<ValueOutcome, "actual" | "names">): number[] =>
  names.map((_, at) => spreadOf(actual, at, names.length) / (actual.length / names.length));

function sumOver(rows: number, of: (row: number) => number): number {
  let sum = 0;
  for (let row = 0; row < rows; row++) sum += of(row);
  return sum;
}

/** The mean over all values. */
export const valueMetric = (name: ValueMetric, scores: readonly ValueScore[]): number =>
  scores.reduce((sum, score) => sum + score[name], 0) / scores.length;
