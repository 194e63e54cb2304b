// Mean and standard deviation of the values to learn.
import type { Units } from "../../../heads/in-units.js";

/** @param rows the values of each photo to train on; none is the same on all of them. */
export function unitsOf(rows: readonly (readonly number[])[]): Units {
  const mean = (of: (row: readonly number[]) => number): number =>
    rows.reduce((sum, row) => sum + of(row), 0) / rows.length;
  const means = rows[0]!.map((_, at) => mean((row) => row[at]!));
  return { means, deviations: means.map((middle, at) => Math.sqrt(mean((row) => (row[at]! - middle) ** 2))) };
}
