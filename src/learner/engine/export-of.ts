// The files that a learner is exported as: the whole network with all that was learnt.
import { isRegraftError } from "../../errors.js";
import { inferenceModel } from "../../training-graph/assemble.js";
import type { DataInfo } from "../border/info.js";
import type { ExportRequest, TrainingReport } from "../border/report.js";
import { type ExportedFiles, exportFiles } from "../export/export.js";
import { learnt } from "./layers/backbone.js";
import { type OpenedLearner, weightsIn } from "./open-learner.js";
import type { TrainingState } from "./training/steps.js";
import type { AnyValidation } from "./training/validation-of.js";

export interface Learnt {
  /** Of what is trained. */
  readonly state: TrainingState;
  /** Of layers that are frozen by now. */
  readonly learnt: TrainingState;
  /** Of labels, where they were tuned. */
  readonly thresholds?: readonly number[] | undefined;
}

/** Of these very weights: another epoch may have been trained since the caller last asked. */
export interface Trial {
  count(): Promise<DataInfo>;
  validate(): Promise<AnyValidation>;
}

/** What is lost with its device is no more than the means to try it. */
export async function exportOf(
  { network, backbone, head, pretrained, photos, spec }: OpenedLearner,
  weights: Learnt,
  { forms, ...training }: ExportRequest,
  trial: Trial,
): Promise<ExportedFiles> {
  const report = { ...training, ...(await measured(trial)) };
  const { state } = weights;
  const trained = learnt(backbone, { ...weights.learnt, ...state });
  const model = inferenceModel(trained, { head, weights: weightsIn(head, state) });
  const { task, classes } = photos;
  return exportFiles({
    model,
    forms,
    pretrained,
    spec,
    network,
    task,
    classes,
    thresholds: weights.thresholds,
    report,
  });
}

async function measured(trial: Trial): Promise<Pick<TrainingReport, "photos" | "validation">> {
  try {
    const { train, valid, skipped } = await trial.count();
    return { photos: { train, valid, skipped: skipped.length }, validation: await trial.validate() };
  } catch (error) {
    if (isRegraftError(error, "device-lost")) return { photos: undefined, validation: undefined };
    throw error;
  }
}
