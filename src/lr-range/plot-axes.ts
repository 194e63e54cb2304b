// The part of the plane a range test's picture shows.
import { startLevel } from "./lesson.js";
import type { Curve } from "./range-test.js";

export interface AxisRange {
  readonly min: number;
  readonly max: number;
  /** Between ticks; of a logarithmic axis in decades. */
  readonly interval: number;
}

/** Whole decades around all rates, each with its tick. */
export function rateAxis(curves: readonly Curve[]): AxisRange {
  const logs = curves.flatMap(({ lrs }) => lrs.map(Math.log10));
  const low = logs.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = logs.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (logs.length === 0) return { min: 1e-7, max: 10, interval: 1 };
  // 10 may have come out of the ramp as 10.000000000000002.
  return { min: 10 ** Math.floor(low + 1e-9), max: 10 ** Math.ceil(high - 1e-9), interval: 1 };
}

/** From the lowest loss to a little above the untrained one, so that the divergence does not flatten the rest. */
export function lossAxis(median: Curve): AxisRange {
  const start = median.losses.length > 0 ? startLevel(median) : 1;
  const low = [...median.smoothed, ...median.losses].reduce((a, b) => Math.min(a, b), start);
  const height = Math.max(start - low, 0.02 * Math.abs(start), 1e-6);
  const power = 10 ** Math.floor(Math.log10(height / 4));
  const interval = power * ([1, 2, 5].find((factor) => factor * power > height / 6) ?? 10);
  const bottom = low >= 0 && low < height ? 0 : low - 0.1 * height;
  return {
    min: multiple(Math.floor(bottom / interval), interval),
    max: multiple(Math.ceil((start + 0.2 * height) / interval), interval),
    interval,
  };
}

/** Without the digits that binary fractions add, as the axis would show them. */
const multiple = (count: number, interval: number): number => Number((count * interval).toPrecision(12));
