// Scores of photos with any number of labels, as pure functions of logits and labels, both [N, labels] row by row.
import type { LabelMetric } from "./metric-names.js";

export interface LabelOutcome {
  readonly logits: Float32Array;
  /** 1 for those that a photo has, else 0. */
  readonly labels: Float32Array;
  readonly names: readonly string[];
  /** Of each label, the probability above which a photo is said to have it. */
  readonly thresholds: readonly number[];
}

export interface LabelScore {
  readonly label: string;
  /** Photos that have it. */
  readonly count: number;
  /** The probability above which a photo is said to have it. */
  readonly threshold: number;
  /** The share of photos said to have it that have it; 0 when none were. */
  readonly precision: number;
  /** The share of photos with it that were found; 0 when there are none. */
  readonly recall: number;
  readonly f1: number;
  /** As scikit-learn's `average_precision_score`; NaN when no photo has it. */
  readonly averagePrecision: number;
}

/** The probability that a logit stands for, in double precision: what thresholds are compared with. */
export const sigmoid = (logit: number): number =>
  logit >= 0 ? 1 / (1 + Math.exp(-logit)) : Math.exp(logit) / (1 + Math.exp(logit));

/** Whether a photo is said to have a label. */
export const isCalled = (logit: number, threshold: number): boolean => sigmoid(logit) > threshold;

/** Labels without one get 0.5. */
export const thresholdsFor = (names: readonly string[], tuned: readonly number[] | undefined): readonly number[] =>
  tuned ?? names.map(() => 0.5);

/** One label's probabilities and truth, photo by photo. */
interface Column {
  readonly probabilities: Float64Array;
  readonly has: readonly boolean[];
}

function columnOf({ logits, labels, names }: Pick<LabelOutcome, "logits" | "labels" | "names">, at: number): Column {
  const width = names.length;
  const rows = Array.from({ length: logits.length / width }, (_, row) => row * width + at);
  return {
    probabilities: Float64Array.from(rows, (i) => sigmoid(logits[i]!)),
    has: rows.map((i) => labels[i] === 1),
  };
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
const f1Of = (hits: number, called: number, count: number): number => ratio(2 * hits, called + count);

/** How often it was said, how often there, how often both. */
function decisions({ probabilities, has }: Column, threshold: number) {
  let [hits, called, count] = [0, 0, 0];
  for (const [i, isThere] of has.entries()) {
    const isCalled = probabilities[i]! > threshold;
    if (isCalled) called++;
    if (isThere) count++;
    if (isCalled && isThere) hits++;
  }
  return { hits, called, count };
}

/** How many photos have a label and are said to have it, and so on. */
export interface LabelConfusion {
  readonly label: string;
  /** Have it, and are said to. */
  readonly found: number;
  /** Have it, and are not said to. */
  readonly missed: number;
  /** Are said to have it, and do not. */
  readonly wrong: number;
  readonly neither: number;
}

export function labelConfusion(outcome: LabelOutcome): LabelConfusion[] {
  return outcome.names.map((label, at) => {
    const column = columnOf(outcome, at);
    const { hits, called, count } = decisions(column, outcome.thresholds[at]!);
    const [missed, wrong] = [count - hits, called - hits];
    return { label, found: hits, missed, wrong, neither: column.has.length - count - wrong };
  });
}

export function labelScores(outcome: LabelOutcome): LabelScore[] {
  return outcome.names.map((label, at) => {
    const column = columnOf(outcome, at);
    const threshold = outcome.thresholds[at]!;
    const { hits, called, count } = decisions(column, threshold);
    return {
      label,
      count,
      threshold,
      precision: ratio(hits, called),
      recall: ratio(hits, count),
      f1: f1Of(hits, called, count),
      averagePrecision: averagePrecision(column),
    };
  });
}

/** Indices from the most probable photo down; what is equally probable comes together. */
function* ranks({ probabilities, has }: Column) {
  const order = Array.from(has.keys()).sort((a, b) => probabilities[b]! - probabilities[a]!);
  let [hits, called] = [0, 0];
  for (const [i, photo] of order.entries()) {
    called++;
    if (has[photo]) hits++;
    const next = order[i + 1];
    const probability = probabilities[photo]!;
    if (next === undefined || probabilities[next]! < probability)
      yield { hits, called, probability, below: next === undefined ? 0 : probabilities[next]! };
  }
}

/** Σ (Rₙ - Rₙ₋₁)·Pₙ over the thresholds, recall R and precision P at each. */
function averagePrecision(column: Column): number {
  const count = column.has.filter(Boolean).length;
  let [sum, before] = [0, 0];
  for (const { hits, called } of ranks(column)) {
    sum += (hits - before) * (hits / called);
    before = hits;
  }
  return count === 0 ? Number.NaN : sum / count;
}

/**
 * Of each label the threshold with the highest F1 on these photos: 0.5 where that is one, else halfway between two photos'
 * probabilities, of equally good ones the nearest to 0.5. A label that no photo has keeps 0.5.
 */
export function bestThresholds(outcome: Omit<LabelOutcome, "thresholds">): number[] {
  return outcome.names.map((_, at) => {
    const column = columnOf(outcome, at);
    const half = decisions(column, 0.5);
    const { count } = half;
    let best = { f1: f1Of(half.hits, half.called, count), threshold: 0.5 };
    for (const { hits, called, probability, below } of ranks(column)) {
      const f1 = f1Of(hits, called, count);
      const threshold = below + (probability - below) / 2;
      const isNearer = Math.abs(threshold - 0.5) < Math.abs(best.threshold - 0.5);
      if (f1 > best.f1 || (f1 === best.f1 && isNearer)) best = { f1, threshold };
    }
    return best.threshold;
  });
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** @param scores of this outcome. */
export function labelMetric(name: LabelMetric, outcome: LabelOutcome, scores: readonly LabelScore[]): number {
  switch (name) {
    case "f1":
      return mean(scores.map(({ f1 }) => f1));
    case "mAP":
      return mean(scores.filter(({ count }) => count > 0).map((score) => score.averagePrecision));
    case "f1Micro": {
      const all = outcome.names.map((_, at) => decisions(columnOf(outcome, at), outcome.thresholds[at]!));
      const sum = (of: "hits" | "called" | "count") => all.reduce((total, counts) => total + counts[of], 0);
      return f1Of(sum("hits"), sum("called"), sum("count"));
    }
    case "accuracyMulti": {
      const width = outcome.names.length;
      let right = 0;
      for (const [i, label] of outcome.labels.entries())
        if (isCalled(outcome.logits[i]!, outcome.thresholds[i % width]!) === (label === 1)) right++;
      return right / outcome.labels.length;
    }
    default:
      return name satisfies never;
  }
}

/** Binary cross-entropy of one decision: whether a photo has a label (1) or not (0). */
export const decisionLoss = (logit: number, label: number): number =>
  Math.max(logit, 0) - logit * label + Math.log1p(Math.exp(-Math.abs(logit)));

/** Binary cross-entropy, the mean over all decisions. */
export function binaryCrossEntropyLoss({ logits, labels }: Pick<LabelOutcome, "logits" | "labels">): number {
  let total = 0;
  for (const [i, logit] of logits.entries()) total += decisionLoss(logit, labels[i]!);
  return total / logits.length;
}
