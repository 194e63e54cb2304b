// A prediction, as its task has it.
import type { Task } from "../../../datasets/task.js";
import type { LabelPrediction, ValuePrediction } from "./other-predictions.js";
import { type Prediction, predictions } from "./predict.js";

export type PredictionOf<T extends Task> = T extends "single-label"
  ? Prediction
  : T extends "multi-label"
    ? LabelPrediction
    : ValuePrediction;

export type AnyPrediction = PredictionOf<Task>;

/** Makes predictions of logits [n, classes]. */
export type NamePredictions = (logits: Float32Array, classes: readonly string[]) => AnyPrediction[];

/** @param thresholds of labels; undefined: 0.5 each. */
export async function predictionsOf(task: Task, thresholds: readonly number[] | undefined): Promise<NamePredictions> {
  if (task === "single-label") return predictions;
  const { labelPredictions, valuePredictions } = await import("./other-predictions.js");
  if (task === "regression") return valuePredictions;
  const { thresholdsFor } = await import("../training/label-metrics.js");
  return (logits, classes) => labelPredictions(logits, classes, thresholdsFor(classes, thresholds));
}
