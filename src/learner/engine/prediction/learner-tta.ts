// A learner's test-time augmentation: predictions, and the validation, of several views of each photo.
import type { ImageSource } from "../../../datasets/image-source.js";
import type { CallContext } from "../../border/channel.js";
import { type Divided, logitsOf } from "../divided.js";
import { photosOfRows } from "../features/photos-of-rows.js";
import type { LearnerState } from "../learner-state.js";
import { lossOfLogits } from "../loss-of-logits.js";
import type { Platform } from "../platform.js";
import type { TrainingState } from "../training/steps.js";
import { type AnyValidation, validationOf } from "../training/validation-of.js";
import { predictInBatches } from "./predict.js";
import { type AnyPrediction, predictionsOf } from "./prediction-of.js";
import { type TtaOptions, ttaLogits, ttaOfPhotos } from "./tta.js";

/** @param views augmented ones of each image. */
export async function predictViews(
  { divided, position, platform, thresholds }: LearnerState,
  images: readonly ImageSource[],
  views: number,
  context: CallContext,
): Promise<AnyPrediction[]> {
  const options = optionsOf(divided, position.state, platform, views, context.signal);
  const { task, classes } = divided.learner.photos;
  const logits = (batch: readonly ImageSource[]) => ttaLogits(batch, options);
  return predictInBatches(images, context, classes, logits, await predictionsOf(task, thresholds));
}

/** The loss is the learner's own. */
export async function validateViews(state: LearnerState, views: number, context: CallContext): Promise<AnyValidation> {
  const rows = await state.rows(context);
  const { valid } = rows;
  const { divided, position, platform } = state;
  const { photos, spec } = divided.learner;
  const options = optionsOf(divided, position.state, platform, views, context.signal);
  const readable = photosOfRows(rows, "valid");
  const logits = await ttaOfPhotos(readable, options, context);
  const loss = await lossOfLogits(divided.learner, platform.runtime, logits, valid.labels);
  const { thresholds } = state;
  return validationOf({ ...photos, metrics: spec.metrics, thresholds }, { logits, loss }, valid.labels);
}

function optionsOf(
  divided: Divided,
  state: TrainingState,
  { decoder }: Pick<Platform, "decoder">,
  views: number,
  signal: AbortSignal,
): TtaOptions {
  const { spec, network, photos } = divided.learner;
  return {
    views,
    spec: spec.augment,
    seed: spec.seed,
    decoder,
    transform: network.transform,
    classes: photos.classes.length,
    task: photos.task,
    logitsOf: (pixels) => logitsOf(divided, pixels, state, signal),
  };
}
