// What is told of a training: in a model card, and in the record that reports are drawn from.
import type { Task } from "../../datasets/task.js";
import type { TrainingReport } from "../border/report.js";
import type { LearnerSpec } from "../border/spec.js";
import type { Network } from "../engine/model/frozen-network.js";
import type { Pretrained } from "../engine/model/pretrained.js";

export interface CardInput {
  readonly pretrained: Pretrained;
  readonly network: Network;
  readonly spec: LearnerSpec;
  readonly task: Task;
  /** Classes or labels; in regression, what the values are called. */
  readonly classes: readonly string[];
  /** Of labels, where they were tuned. */
  readonly thresholds?: readonly number[] | undefined;
  readonly report: TrainingReport;
}
