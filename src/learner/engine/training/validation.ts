// What a validation tells: loss, the metrics asked for, and the scores of every class.
import type { Evaluation } from "./evaluate.js";
import { type ClassScore, type ConfusionMatrix, classScores, confusionMatrix, metric } from "./metrics.js";

export interface Validation {
  readonly loss: number;
  /** The share of photos classified rightly. */
  readonly accuracy: number;
  /** By the names given to `createLearner`. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly confusion: ConfusionMatrix;
  readonly perClass: readonly ClassScore[];
}

export function validation(
  { logits, loss }: Evaluation,
  labels: Int32Array,
  classes: readonly string[],
  metrics: readonly string[],
): Validation {
  const outcome = { logits, labels, classes: classes.length };
  const confusion = confusionMatrix(outcome);
  return {
    loss,
    accuracy: metric("accuracy")(outcome),
    metrics: Object.fromEntries(metrics.map((name) => [name, metric(name)(outcome)])),
    confusion,
    perClass: classScores(confusion, classes),
  };
}
