// What a validation tells of photos with any number of labels, and of values.
import type { Evaluation } from "./evaluate.js";
import { type LabelOutcome, type LabelScore, labelMetric, labelScores } from "./label-metrics.js";
import type { LabelMetric, ValueMetric } from "./metric-names.js";
import { type ValueScore, valueMetric, valueScores } from "./value-metrics.js";

/** Of labels. */
export interface LabelValidation {
  readonly loss: number;
  /** By the names given to `createLearner`. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly perLabel: readonly LabelScore[];
}

/** Of values. */
export interface ValueValidation {
  /** In standard deviations of the values that were learnt. */
  readonly loss: number;
  /** By the names given to `createLearner`. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly perTarget: readonly ValueScore[];
}

export function labelValidation(outcome: LabelOutcome, loss: number, metrics: readonly string[]): LabelValidation {
  const perLabel = labelScores(outcome);
  const values = metrics.map((name) => [name, labelMetric(name as LabelMetric, outcome, perLabel)] as const);
  return { loss, metrics: Object.fromEntries(values), perLabel };
}

export function valueValidation(
  { logits, loss }: Evaluation,
  actual: Float32Array,
  names: readonly string[],
  metrics: readonly string[],
): ValueValidation {
  const perTarget = valueScores({ predicted: logits, actual, names });
  const values = metrics.map((name) => [name, valueMetric(name as ValueMetric, perTarget)] as const);
  return { loss, metrics: Object.fromEntries(values), perTarget };
}
