// What an exported folder's config.json says that its model does, in Hugging Face's words and our own.
import type { Task } from "../../../datasets/task.js";

/** As Hugging Face calls them. */
export const problemTypes: Readonly<Record<Task, string>> = {
  "single-label": "single_label_classification",
  "multi-label": "multi_label_classification",
  regression: "regression",
};

export interface ExportedConfig {
  readonly problem_type?: unknown;
  readonly id2label?: Readonly<Record<string, string>>;
  /** Of labels by name, where they were tuned. */
  readonly thresholds?: Readonly<Record<string, unknown>>;
}

/** In the order of the logits; undefined: it names none. */
export function classNamesIn({ id2label }: ExportedConfig): readonly string[] | undefined {
  const labels = typeof id2label === "object" && Object.keys(id2label ?? {}).map((_, id) => id2label[id]);
  const are = labels && labels.length > 0 && labels.every((label) => typeof label === "string");
  return are ? (labels as string[]) : undefined;
}

/** Classes where nothing is said. */
export function taskOf({ problem_type }: ExportedConfig): Task {
  const tasks = Object.keys(problemTypes) as Task[];
  return tasks.find((task) => problemTypes[task] === problem_type) ?? "single-label";
}

/** In the order of the labels, 0.5 for those not named; undefined: none are. */
export function thresholdsOf({ thresholds }: ExportedConfig, labels: readonly string[]): readonly number[] | undefined {
  if (typeof thresholds !== "object" || thresholds === null) return undefined;
  return labels.map((label) => {
    const threshold = Object.hasOwn(thresholds, label) ? thresholds[label] : undefined;
    return typeof threshold === "number" && threshold >= 0 && threshold <= 1 ? threshold : 0.5;
  });
}
