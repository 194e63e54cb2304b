// From a range test's curve to one learning rate, with the reason for it in words and what to be wary of.
import { edge } from "./edge.js";
import { formatRate } from "./format-rate.js";
import { lesson, startLevel } from "./lesson.js";
import type { Curve } from "./range-test.js";
import { minimum, slide, steep, type Trimmed, trim, valley } from "./rules.js";

export interface Suggestion {
  /** `null` when the curve does not tell; `reason` says why. */
  readonly lr: number | null;
  /** The rule `lr` comes from. */
  readonly rule: "lesson" | "valley" | "edge" | null;
  /** One sentence for people: why this rate, or why none. */
  readonly reason: string;
  /** What every rule says; `null` where a rule has no answer. */
  readonly rules: Readonly<Record<Rule, number | null>>;
  /** Sentences for people. */
  readonly warnings: readonly string[];
}

export type Rule = "lesson" | "valley" | "steep" | "minimum" | "slide";

const FEWEST_POINTS = 10;
/** A fall smaller than this part of the starting loss is none. */
const SMALLEST_FALL = 0.01;
/** How far below the rate that undoes what was learnt is safe; as fast.ai takes a tenth of the rate at the minimum. */
const BELOW_EDGE = 10;
/** Falls in units of the noise between batches: below the first a flat curve shows them too, above the second none. */
const DOUBTFUL_FALL = 1.5;
const CLEAR_FALL = 3;

export interface SuggestOptions {
  /** Whether what was tested had been trained before: then a loss that only rises tells a rate too. Default false. */
  readonly isTrained?: boolean;
}

/** Reads a rate off a curve (of one run or, better, `medianCurve` of several). Never throws. */
export function suggest(curve: Curve, { isTrained = false }: SuggestOptions = {}): Suggestion {
  const trimmed = trim(curve);
  const rules = {
    lesson: lesson(curve),
    valley: valley(trimmed),
    steep: steep(trimmed),
    minimum: minimum(trimmed),
    slide: slide(trimmed),
  };
  const choice = choose(curve, trimmed, rules, isTrained);
  return { ...choice, rules, warnings: choice.lr === null ? [] : warningsAbout(curve, trimmed, rules, choice.lr) };
}

type Choice = Pick<Suggestion, "lr" | "rule" | "reason">;

function choose(curve: Curve, trimmed: Trimmed, { lesson, valley }: Suggestion["rules"], isTrained: boolean): Choice {
  const none = (reason: string): Choice => ({ lr: null, rule: null, reason });
  const points = trimmed.lrs.length;
  if (points < FEWEST_POINTS) {
    return none(
      `Only ${points} of ${curve.lrs.length} points are left after trimming, too few to read a rate from: ` +
        (curve.stopped === "end" ? "use more steps." : "lower startLr, the loss diverged too early."),
    );
  }
  const start = startLevel(curve);
  const fall = start - lowest(trimmed.losses);
  const noise = batchNoise(curve.losses);
  if (lesson === null || fall < Math.max(SMALLEST_FALL * Math.abs(start), DOUBTFUL_FALL * noise)) {
    const rises = isTrained ? edge(curve, noise) : null;
    const never = `The loss never falls from where it starts (${start.toPrecision(3)}): `;
    // A loss that rises almost from the first rate on has shown no rate that is safe.
    if (rises === null || rises < BELOW_EDGE ** 2 * curve.lrs[0]!)
      return none(`${never}the weights are trained already, or every rate of the range is too high or too low.`);
    const reason =
      `${never}the weights are trained already. ${formatRate(rises / BELOW_EDGE)} is a tenth of the rate from which on ` +
      "it clearly rises.";
    return { lr: rises / BELOW_EDGE, rule: "edge", reason };
  }
  if (fall < CLEAR_FALL * noise && valley !== null) {
    const reason =
      `${formatRate(valley)} is the middle of the longest valley; ` +
      "the loss falls too little above its noise to see where it stops falling.";
    return { lr: valley, rule: "valley", reason };
  }
  const reason =
    `${formatRate(lesson)} is the largest rate at which the loss still clearly falls, ` +
    "at least half as fast as at its steepest.";
  return { lr: lesson, rule: "lesson", reason };
}

function warningsAbout(curve: Curve, trimmed: Trimmed, rules: Suggestion["rules"], lr: number): string[] {
  const warnings: string[] = [];
  if (curve.stopped === "end") {
    const last = formatRate(curve.lrs.at(-1)!);
    warnings.push(`The loss never diverged up to a rate of ${last}, so how high the rate may go is not known.`);
  }
  const far = Object.entries(rules).filter(([, other]) => other !== null && Math.abs(Math.log10(other / lr)) > 1);
  if (far.length > 0) {
    const list = far.map(([rule, other]) => `${rule} ${formatRate(other!)}`).join(", ");
    warnings.push(`Rules disagree by more than a decade with ${formatRate(lr)}: ${list}. Look at the curve.`);
  }
  const start = startLevel(curve);
  if (start - trimmed.losses[0]! > 0.2 * (start - lowest(trimmed.losses))) {
    warnings.push("The loss falls from the very first rates on: start the range lower.");
  }
  return warnings;
}

/**
 * Standard deviation of the loss between batches, from its second differences, in which a trend cancels (variance 6σ²),
 * and by their median, which spikes and divergence hardly move (0.6745 standard deviations).
 */
function batchNoise(losses: readonly number[]): number {
  const bends = losses.slice(2).map((loss, i) => Math.abs(loss - 2 * losses[i + 1]! + losses[i]!));
  const median = bends.sort((a, b) => a - b)[Math.floor(bends.length / 2)] ?? 0;
  return median / 0.6745 / Math.sqrt(6);
}

const lowest = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b));
