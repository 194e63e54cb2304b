// Smith's own reading of the range test (arXiv 1506.01186, section 3.3): raise the rate linearly, watch the validation
// accuracy, and let cyclical rates swing between where it starts to rise and where it stops doing so steadily. Any score will do
// that is the better the larger it is, and 1 at best.
import { formatRate } from "./format-rate.js";
import { slidingSlopes } from "./slopes.js";

export interface CyclicalRange {
  /** Where the score starts to rise; `null` when it does not. */
  readonly baseLr: number | null;
  /** Where the rise slows, turns ragged or falls; `null` when none of these happens within the range. */
  readonly maxLr: number | null;
  /** One sentence for people. */
  readonly reason: string;
}

export interface ScorePoint {
  readonly lr: number;
  /** On the validation samples, 0 … 1. */
  readonly score: number;
}

const FEWEST_POINTS = 10;
/** A smaller rise is taken for noise. */
const SMALLEST_RISE = 0.02;
/** It has started to rise when it has made this part of its way. */
const STARTED = 0.1;
/** It has slowed when it rises at less than this part of its steepest. */
const SLOWED = 0.25;
/** It is ragged when it loses this part of its way from one point to the next. */
const RAGGED = 0.2;

/**
 * The bounds for `cyclical`, read off points with rising rates, evenly spaced, one run. Points that are not finite
 * are left out. Never throws: `null` with the reason where the points do not tell.
 * @param name what the score is called, at the beginning of a sentence.
 */
export function cyclicalRange(points: readonly ScorePoint[], name: string): CyclicalRange {
  const usable = points.filter(({ lr, score }) => Number.isFinite(lr) && Number.isFinite(score));
  const lrs = usable.map(({ lr }) => lr);
  const scores = usable.map(({ score }) => score);
  const none = (reason: string): CyclicalRange => ({ baseLr: null, maxLr: null, reason });
  if (points.length > 0 && usable.length === 0) return none(`${name} is no number on these validation photos.`);
  if (usable.length < FEWEST_POINTS) return none(`${usable.length} points are too few: take ${FEWEST_POINTS} or more.`);
  if (lrs.some((lr, i) => i > 0 && lr <= lrs[i - 1]!)) return none("The rates do not rise from point to point.");

  const reach = Math.max(1, Math.floor(usable.length / 20));
  const level = smooth(scores, reach);
  const peak = level.indexOf(level.reduce((a, b) => Math.max(a, b)));
  const low = level.slice(0, peak + 1).reduce((a, b) => Math.min(a, b));
  const bottom = level.indexOf(low);
  const rise = level[peak]! - low;
  if (rise < SMALLEST_RISE) return none(`${name} does not rise: the rates are too low, too high or too few.`);

  const base = level.findIndex((value, i) => i > bottom && value >= low + STARTED * rise) - 1;
  const baseLr = lrs[base]!;
  const end = endOfRise(lrs, scores, level, rise, base, reach);
  if (!end) {
    const reason = `${name} rises from ${formatRate(baseLr)} on and still does at the highest rate: raise it.`;
    return { baseLr, maxLr: null, reason };
  }
  const maxLr = lrs[end.index]!;
  const reason = `${name} starts to rise at ${formatRate(baseLr)} and ${end.how} at ${formatRate(maxLr)}.`;
  return { baseLr, maxLr, reason };
}

/** The first point after `base` where the score breaks down, or where its trend, once past its steepest, has slowed. */
function endOfRise(
  lrs: readonly number[],
  scores: readonly number[],
  level: readonly number[],
  rise: number,
  base: number,
  reach: number,
): { index: number; how: string } | undefined {
  const ragged = scores.findIndex((value, i) => i > base + 1 && scores[i - 1]! - value > RAGGED * rise) - 1;
  const slopes = slidingSlopes(lrs, level, reach);
  const first = Math.min(Math.max(0, base - reach), slopes.length - 1);
  const steepest = slopes.slice(first).reduce((a, b) => Math.max(a, b));
  const from = slopes.indexOf(steepest, first);
  const slow = slopes.findIndex((slope, i) => i > from && slope < SLOWED * steepest);
  if (ragged > 0 && (slow < 0 || ragged <= slow + reach)) return { index: ragged, how: "turns ragged" };
  if (slow < 0) return undefined;
  return { index: slow + reach, how: slopes[slow]! < 0 ? "falls" : "slows" };
}

/** Moving average over `reach` points to either side, fewer at the ends. */
const smooth = (values: readonly number[], reach: number): number[] =>
  values.map((_, i) => {
    const window = values.slice(Math.max(0, i - reach), i + reach + 1);
    return window.reduce((sum, value) => sum + value, 0) / window.length;
  });
