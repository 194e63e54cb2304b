// A learner's own network and validation photos, looked into.
import type { CallContext } from "../../border/channel.js";
import type { ExportRequest } from "../../border/report.js";
import type { Interpretation } from "../../interpret/interpretation.js";
import { reportPage } from "../../report/page.js";
import { trainingRecord } from "../../report/training-record.js";
import { evaluateRows } from "../divided.js";
import { photosOfRows } from "../features/photos-of-rows.js";
import type { LearnerState } from "../learner-state.js";
import { validation } from "../training/validation.js";
import { type InterpretRequest, interpretation } from "./interpret.js";
import { refuseOtherTasks } from "./single-label.js";
import { type NetworkView, viewOfLearner } from "./view.js";

export { activations, gradCam } from "./look.js";

/** With what it has learnt by now. */
export function viewed({ divided, position, learnt, platform }: LearnerState, signal: AbortSignal): NetworkView {
  return viewOfLearner(divided.learner, { state: position.state, learnt }, { runtime: platform.runtime, signal });
}

export async function interpretLearner(
  learnerState: LearnerState,
  request: InterpretRequest,
  context: CallContext,
): Promise<Interpretation> {
  const { divided, position, platform } = learnerState;
  refuseOtherTasks(divided.learner.photos.task);
  const rows = await learnerState.rows(context);
  const { valid } = rows;
  const { photos, spec, network } = divided.learner;
  const outcome = await evaluateRows(divided, valid, position.state, context.signal);
  const { classes } = photos;
  const interpreted = {
    ...{ classes, logits: outcome.logits, transform: network.transform, decoder: platform.decoder },
    result: validation(outcome, valid.labels.data as Int32Array, classes, spec.metrics),
    photos: photosOfRows(rows, "valid"),
    look: async () => viewed(learnerState, context.signal),
  };
  return interpretation(interpreted, request, context);
}

export type LearnerReportRequest = InterpretRequest & Pick<ExportRequest, "fits" | "range">;

/** The HTML page. */
export async function reportLearner(
  state: LearnerState,
  { fits, range, ...request }: LearnerReportRequest,
  context: CallContext,
): Promise<string> {
  const interpretation = await interpretLearner(state, request, context);
  const { train, valid, skipped } = await state.rows(context);
  const { pretrained, network, spec, photos } = state.divided.learner;
  const counts = { train: train.count, valid: valid.count, skipped: skipped.length };
  const report = { fits, range, validation: interpretation, photos: counts };
  const record = trainingRecord({ pretrained, network, spec, task: photos.task, classes: photos.classes, report });
  return reportPage({ model: pretrained.title, interpretation, skipped, record });
}
