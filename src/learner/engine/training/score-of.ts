// One number for how well it goes, of any task: the larger the better.
import type { PhotoSet } from "../../../datasets/photo-set.js";
import type { Task } from "../../../datasets/task.js";
import type { Targets } from "../features/targets.js";
import { topK } from "./metrics.js";

/** What it is called, at the beginning of a sentence. */
export const scoreNames: Readonly<Record<Task, string>> = {
  "single-label": "Accuracy",
  "multi-label": "Mean average precision",
  regression: "R²",
};

/**
 * The share of photos that are right; of labels mAP, which needs no thresholds and does not rise by saying "no" of every label;
 * of values R², and 0 where it is below that.
 */
export async function scoreOf(
  { task, classes }: Pick<PhotoSet, "task" | "classes">,
  logits: Float32Array,
  { data }: Targets,
): Promise<number> {
  if (task === "single-label") return topK({ logits, labels: data as Int32Array, classes: classes.length }, 1);
  const numbers = data as Float32Array;
  if (task === "multi-label") {
    const { labelMetric, labelScores, thresholdsFor } = await import("./label-metrics.js");
    const outcome = { logits, labels: numbers, names: classes, thresholds: thresholdsFor(classes, undefined) };
    return labelMetric("mAP", outcome, labelScores(outcome));
  }
  const { valueMetric, valueScores } = await import("./value-metrics.js");
  return Math.max(0, valueMetric("r2", valueScores({ predicted: logits, actual: numbers, names: classes })));
}
