// Which metrics there are for which task.
import type { Task } from "../../../datasets/task.js";
import { invalidArgument } from "../../../errors.js";

/**
 * Of classes "accuracy", "errorRate", "top<k>" such as "top5", and "macroF1": the mean F1 of the classes that occur, among the
 * photos or the predictions, as scikit-learn's `f1_score(y, p, average="macro")`.
 */
export type ClassMetric = "accuracy" | "errorRate" | "macroF1" | `top${number}`;

/**
 * Of labels "f1": the mean of their F1 scores; "f1Micro": F1 over all decisions at once; "mAP": the mean of their average
 * precisions, over those that some photo has; "accuracyMulti": the share of all decisions that are right.
 */
export type LabelMetric = "f1" | "f1Micro" | "mAP" | "accuracyMulti";

/** Of values, means over all of them: "mae", "mse", "rmse" in their own units, and "r2". */
export type ValueMetric = "mae" | "mse" | "rmse" | "r2";

/** See `ClassMetric`, `LabelMetric`, `ValueMetric`. */
export type MetricName<T extends Task = "single-label"> = T extends "single-label"
  ? ClassMetric
  : T extends "multi-label"
    ? LabelMetric
    : ValueMetric;

const names: Readonly<Record<Task, readonly string[]>> = {
  "single-label": ["accuracy", "errorRate", "macroF1", "top<k>"],
  "multi-label": ["f1", "f1Micro", "mAP", "accuracyMulti"],
  regression: ["mae", "mse", "rmse", "r2"],
};

export const defaultMetrics: Readonly<Record<Task, readonly string[]>> = {
  "single-label": ["accuracy"],
  "multi-label": ["f1", "mAP"],
  regression: ["mae", "r2"],
};

/**
 * Refuses what is no list of names of the task's metrics.
 * @throws RegraftError "invalid-argument"
 */
export function checkMetrics(metrics: unknown, task: Task): void {
  if (!Array.isArray(metrics)) throw invalidArgument("metrics", "a list of names", metrics);
  const known = names[task];
  for (const name of metrics) {
    const isTop = task === "single-label" && typeof name === "string" && /^top[1-9]\d*$/.test(name);
    if (!isTop && (name === "top<k>" || !known.includes(name)))
      throw invalidArgument("metrics", `names among ${known.join(", ")}`, name);
  }
}
