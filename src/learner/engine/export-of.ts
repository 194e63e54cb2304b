// The files that a learner is exported as: the whole network with all that was learnt.
import { inferenceModel } from "../../training-graph/assemble.js";
import type { ExportForms, TrainingReport } from "../border/report.js";
import { type ExportedFiles, exportFiles } from "../export/export.js";
import { learnt } from "./layers/backbone.js";
import { type OpenedLearner, weightsIn } from "./open-learner.js";
import type { TrainingState } from "./training/steps.js";

export interface Learnt {
  /** Of what is trained. */
  readonly state: TrainingState;
  /** Of layers that are frozen by now. */
  readonly learnt: TrainingState;
}

export function exportOf(
  { network, backbone, head, pretrained, photos, spec }: OpenedLearner,
  weights: Learnt,
  { forms, report }: { readonly forms: ExportForms; readonly report: TrainingReport },
): Promise<ExportedFiles> {
  const { state } = weights;
  const trained = learnt(backbone, { ...weights.learnt, ...state });
  const model = inferenceModel(trained, { head, weights: weightsIn(head, state) });
  return exportFiles({ model, forms, pretrained, spec, network, classes: photos.classes, report });
}
