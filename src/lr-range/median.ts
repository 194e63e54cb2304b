// One curve from several seeds. On cached features a step is nearly free, so the range test is repeated and the
// median taken: a lucky or unlucky order of the batches no longer moves the suggestion.
import { invalidArgument } from "../errors.js";
import type { Curve } from "./range-test.js";

/**
 * The pointwise median of runs over the same rates. A run that has diverged counts as infinitely bad from there on
 * (leaving it out would let the survivors flatter the higher rates), so the median ends where half of the runs have
 * diverged, or where the first run ran out of rates. Throws "invalid-argument" for no curves or different rates.
 */
export function medianCurve(curves: readonly Curve[]): Curve {
  const longest = curves.toSorted((a, b) => b.lrs.length - a.lrs.length)[0];
  if (!longest) throw invalidArgument("curves", "at least one curve", curves);
  checkSameRates(curves, longest);
  const last = endOf(curves);
  const points = { length: last.lrs.length };
  return {
    lrs: longest.lrs.slice(0, points.length),
    losses: Array.from(points, (_, i) => median(curves.map(({ losses }) => losses[i] ?? Number.POSITIVE_INFINITY))),
    smoothed: Array.from(points, (_, i) => median(curves.map((run) => run.smoothed[i] ?? Number.POSITIVE_INFINITY))),
    beta: longest.beta,
    steps: longest.steps,
    stopped: last.stopped,
  };
}

/** The run with which the median ends. */
function endOf(curves: readonly Curve[]): Curve {
  const byLength = curves.toSorted((a, b) => a.lrs.length - b.lrs.length);
  const middle = Math.ceil(byLength.length / 2) - 1;
  return byLength.slice(0, middle).find((run) => run.stopped === "end") ?? byLength[middle]!;
}

function checkSameRates(curves: readonly Curve[], longest: Curve): void {
  const same = (run: Curve) =>
    run.steps === longest.steps && run.beta === longest.beta && run.lrs.every((lr, i) => lr === longest.lrs[i]);
  const different = curves.findIndex((run) => !same(run));
  if (different >= 0) {
    throw invalidArgument("curves", "runs over the same rates", `another grid at index ${different}`);
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
