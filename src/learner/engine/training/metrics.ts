// Scores of a classifier, as pure functions of logits and labels.
import { invalidArgument } from "../../../errors.js";

/** Row: true class; column: predicted class; entry: photos. */
export type ConfusionMatrix = readonly (readonly number[])[];

export interface ClassScore {
  readonly label: string;
  /** Photos of this class. */
  readonly count: number;
  /** The share of this class's photos that were found: its accuracy. */
  readonly recall: number;
  /** The share of photos called this class that are of it; 0 when none were. */
  readonly precision: number;
  readonly f1: number;
}

/** Logits [N, classes] row by row, labels [N]. */
export interface Outcome {
  readonly logits: Float32Array;
  readonly labels: Int32Array;
  readonly classes: number;
}

type Metric = (outcome: Outcome) => number;

const named: Readonly<Record<string, Metric>> = {
  accuracy: (outcome) => topK(outcome, 1),
  errorRate: (outcome) => 1 - topK(outcome, 1),
  macroF1: (outcome) => {
    const matrix = confusionMatrix(outcome);
    const scores = classScores(matrix, Array(outcome.classes).fill(""));
    const present = scores.filter(({ count }, c) => count > 0 || matrix.some((row) => row[c]! > 0));
    return present.reduce((sum, score) => sum + score.f1, 0) / present.length;
  },
};

/** @throws RegraftError "invalid-argument" for a name that is none. */
export function metric(name: string): Metric {
  const found = Object.hasOwn(named, name) ? named[name] : undefined;
  if (found) return found;
  const k = Number(/^top([1-9]\d*)$/.exec(name)?.[1]);
  if (k) return (outcome) => topK(outcome, k);
  throw invalidArgument("metrics", `names among ${Object.keys(named).join(", ")}, top<k>`, name);
}

/**
 * The share of rows whose true class is among the k largest logits; of equal logits the first counts as larger, and one
 * that is not a number beats nothing.
 */
export function topK({ logits, labels, classes }: Outcome, k: number): number {
  let hits = 0;
  for (let row = 0; row < labels.length; row++) {
    const scores = logits.subarray(row * classes, (row + 1) * classes);
    const label = labels[row]!;
    const truth = scores[label]!;
    let beaten = 0;
    for (let c = 0; c < classes; c++) if (scores[c]! < truth || (scores[c] === truth && c > label)) beaten++;
    if (classes - beaten <= k) hits++;
  }
  return labels.length === 0 ? Number.NaN : hits / labels.length;
}

/** Softmax cross-entropy, the mean over all rows: log Σ exp(x) - x_label. */
export function crossEntropyLoss({ logits, labels, classes }: Outcome): number {
  let total = 0;
  for (let row = 0; row < labels.length; row++) {
    const scores = logits.subarray(row * classes, (row + 1) * classes);
    const highest = scores[argmax(scores)]!;
    let sum = 0;
    for (const score of scores) sum += Math.exp(score - highest);
    total += Math.log(sum) + highest - scores[labels[row]!]!;
  }
  return total / labels.length;
}

export function confusionMatrix({ logits, labels, classes }: Outcome): ConfusionMatrix {
  const matrix = Array.from({ length: classes }, () => Array<number>(classes).fill(0));
  labels.forEach((label, row) => {
    matrix[label]![argmax(logits.subarray(row * classes, (row + 1) * classes))]!++;
  });
  return matrix;
}

export function classScores(matrix: ConfusionMatrix, labels: readonly string[]): ClassScore[] {
  const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
  return labels.map((label, c) => {
    const count = matrix[c]!.reduce((sum, n) => sum + n, 0);
    const called = matrix.reduce((sum, row) => sum + row[c]!, 0);
    const hits = matrix[c]![c]!;
    return {
      label,
      count,
      recall: ratio(hits, count),
      precision: ratio(hits, called),
      f1: ratio(2 * hits, count + called),
    };
  });
}

/** Index of the largest; the first of equals. */
export function argmax(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}

/** exp(x) / Σ exp(x), computed from the largest down so that nothing overflows. */
export const softmax = (logits: Float32Array): Float32Array => Float32Array.from(probabilities(logits));

/** The same before it is rounded. */
export function probabilities(logits: Float32Array): Float64Array {
  const highest = logits[argmax(logits)]!;
  const exponentials = Float64Array.from(logits, (x) => Math.exp(x - highest));
  const sum = exponentials.reduce((total, x) => total + x, 0);
  return exponentials.map((x) => x / sum);
}
