// Predictions of any number of labels, and of values.
import { sigmoid } from "../training/label-metrics.js";

export interface LabelPrediction {
  /** Those whose probability is above their threshold, the most probable first; there may be none. */
  readonly labels: readonly string[];
  /** All labels, each with its own probability in [0, 1], the most probable first. */
  readonly scores: readonly { readonly label: string; readonly probability: number }[];
  /** Raw outputs of the network, in the order of `classes`; a probability is 1 / (1 + exp -logit). */
  readonly logits: Float32Array;
}

export interface ValuePrediction {
  /** By name, in their own units. */
  readonly values: Readonly<Record<string, number>>;
  /** The same in the order of `classes`: what the network gives. */
  readonly logits: Float32Array;
}

/** Rows of logits [n, labels]. */
export const labelPredictions = (
  logits: Float32Array,
  names: readonly string[],
  thresholds: readonly number[],
): LabelPrediction[] =>
  rowsOf(logits, names).map((own) => {
    const probabilities = Array.from(own, sigmoid);
    // By logits: different ones may round to equal probabilities.
    const order = Array.from(names.keys()).sort((a, b) => own[b]! - own[a]!);
    return {
      labels: order.filter((at) => probabilities[at]! > thresholds[at]!).map((at) => names[at]!),
      scores: order.map((at) => ({ label: names[at]!, probability: probabilities[at]! })),
      logits: own,
    };
  });

/** Rows of values [n, values]. */
export const valuePredictions = (logits: Float32Array, names: readonly string[]): ValuePrediction[] =>
  rowsOf(logits, names).map((own) => ({
    values: Object.fromEntries(names.map((name, at) => [name, own[at]!])),
    logits: own,
  }));

const rowsOf = (logits: Float32Array, { length: width }: readonly string[]): Float32Array[] =>
  Array.from({ length: logits.length / width }, (_, row) => logits.slice(row * width, (row + 1) * width));
