// A learner's own network and validation photos, looked into.
import type { Task } from "../../../datasets/task.js";
import type { CallContext } from "../../border/channel.js";
import type { ExportRequest } from "../../border/report.js";
import type { InterpretationOf } from "../../interpret/interpretation.js";
import { reportPage } from "../../report/page.js";
import { trainingRecord } from "../../report/training-record.js";
import { evaluateRows } from "../divided.js";
import { photosOfRows } from "../features/photos-of-rows.js";
import type { LearnerState } from "../learner-state.js";
import { validationOf } from "../training/validation-of.js";
import { type Interpreted, type InterpretRequest, interpretation } from "./interpret.js";
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
): Promise<InterpretationOf<Task>> {
  const { divided, position, platform, thresholds } = learnerState;
  const rows = await learnerState.rows(context);
  const { valid } = rows;
  const { photos, spec, network } = divided.learner;
  const { task, classes } = photos;
  const outcome = await evaluateRows(divided, valid, position.state, context.signal);
  const interpreted: Interpreted = {
    ...{ task, classes, thresholds, logits: outcome.logits },
    ...{ transform: network.transform, decoder: platform.decoder },
    result: await validationOf({ ...photos, metrics: spec.metrics, thresholds }, outcome, valid.labels),
    photos: photosOfRows(rows, "valid"),
    look: async () => viewed(learnerState, context.signal),
  };
  return interpretation(interpreted, request, context);
}

export interface LearnerReportRequest extends InterpretRequest, Pick<ExportRequest, "fits" | "range"> {
  /** The folder of the last export, if there was one. */
  readonly exported: string | undefined;
}

/** The HTML page. */
export async function reportLearner(
  state: LearnerState,
  { fits, range, exported, ...request }: LearnerReportRequest,
  context: CallContext,
): Promise<string> {
  const interpretation = await interpretLearner(state, request, context);
  const { train, valid, skipped } = await state.rows(context);
  const { pretrained, network, spec, photos } = state.divided.learner;
  const counts = { train: train.count, valid: valid.count, skipped: skipped.length };
  const report = { fits, range, validation: interpretation, photos: counts };
  const { task, classes } = photos;
  const record = trainingRecord({ pretrained, network, spec, task, classes, report });
  return reportPage({ task, model: exported ?? pretrained.title, interpretation, skipped, record });
}
