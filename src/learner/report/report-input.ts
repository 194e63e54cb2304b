// What a report is written from.
import type { Skipped } from "../../datasets/folder-photos.js";
import type { Task } from "../../datasets/task.js";
import type { InterpretationOf } from "../interpret/interpretation.js";
import type { TrainingRecord } from "./training-record.js";

export interface ReportInput<T extends Task = "single-label"> extends ReportSource {
  readonly task: T;
  readonly interpretation: InterpretationOf<T>;
}

/** What is told alike of all tasks. */
export interface ReportSource {
  /** What the network is called: a folder, or the pretrained network of a learner. */
  readonly model: string;
  /** Photos that could not be read. */
  readonly skipped: readonly Skipped[];
  /** Absent for an export that has none: nothing is told of the training then. */
  readonly record: TrainingRecord | undefined;
}
