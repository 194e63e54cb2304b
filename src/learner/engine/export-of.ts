// The files that a learner is exported as: the whole network with all that was learnt.
import { inferenceModel } from "../../training-graph/assemble.js";
import type { DataInfo } from "../border/info.js";
import type { ExportRequest } from "../border/report.js";
import { type ExportedFiles, exportFiles } from "../export/export.js";
import { learnt } from "./layers/backbone.js";
import { type OpenedLearner, weightsIn } from "./open-learner.js";
import type { TrainingState } from "./training/steps.js";
import type { Validation } from "./training/validation.js";

export interface Learnt {
  /** Of what is trained. */
  readonly state: TrainingState;
  /** Of layers that are frozen by now. */
  readonly learnt: TrainingState;
}

/** What is exported, and what its model card tells of the training. */
export interface ExportOrder extends ExportRequest {
  readonly data: DataInfo;
  readonly validation: Validation;
}

export function exportOf(
  { network, backbone, head, pretrained, photos, spec }: OpenedLearner,
  weights: Learnt,
  { forms, fits, range, data, validation }: ExportOrder,
): Promise<ExportedFiles> {
  const { state } = weights;
  const { train, valid, skipped } = data;
  const report = { fits, range, photos: { train, valid, skipped: skipped.length }, validation };
  const trained = learnt(backbone, { ...weights.learnt, ...state });
  const model = inferenceModel(trained, { head, weights: weightsIn(head, state) });
  return exportFiles({ model, forms, pretrained, spec, network, classes: photos.classes, report });
}
