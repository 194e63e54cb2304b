// A validation, as its task has it.
import type { Task } from "../../../datasets/task.js";
import type { Targets } from "../features/targets.js";
import type { Evaluation } from "./evaluate.js";
import type { LabelValidation, ValueValidation } from "./other-validations.js";
import { type Validation, validation } from "./validation.js";

export type ValidationOf<T extends Task> = T extends "single-label"
  ? Validation
  : T extends "multi-label"
    ? LabelValidation
    : ValueValidation;

export type AnyValidation = ValidationOf<Task>;

export interface Validated {
  readonly task: Task;
  readonly classes: readonly string[];
  readonly metrics: readonly string[];
  /** Of labels; undefined: 0.5 each. */
  readonly thresholds: readonly number[] | undefined;
}

export async function validationOf(
  { task, classes, metrics, thresholds }: Validated,
  evaluation: Evaluation,
  { data }: Targets,
): Promise<AnyValidation> {
  if (task === "single-label") return validation(evaluation, data as Int32Array, classes, metrics);
  const { labelValidation, valueValidation } = await import("./other-validations.js");
  if (task === "regression") return valueValidation(evaluation, data as Float32Array, classes, metrics);
  const { thresholdsFor } = await import("./label-metrics.js");
  const { logits, loss } = evaluation;
  const outcome = { logits, labels: data as Float32Array, names: classes };
  return labelValidation({ ...outcome, thresholds: thresholdsFor(classes, thresholds) }, loss, metrics);
}
