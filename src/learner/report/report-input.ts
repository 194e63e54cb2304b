// What a report is written from.
import type { Skipped } from "../../datasets/folder-photos.js";
import type { Interpretation } from "../interpret/interpretation.js";
import type { TrainingRecord } from "./training-record.js";

export interface ReportInput {
  /** What the network is called: a folder, or the pretrained network of a learner. */
  readonly model: string;
  readonly interpretation: Interpretation;
  /** Photos that could not be read. */
  readonly skipped: readonly Skipped[];
  /** Absent for an export that has none: nothing is told of the training then. */
  readonly record: TrainingRecord | undefined;
}
