// A learner whose network is divided somewhere: photos go through the frozen part into rows, rows through what is trained.
import type { ImageSource } from "../../datasets/image-source.js";
import { outputSize } from "../../datasets/transform.js";
import { float32, type Tensor } from "../../tensor.js";
import type { CallContext } from "../border/channel.js";
import type { Augmenter } from "./features/augmenter.js";
import type { Extraction } from "./features/extraction.js";
import { type FeatureSource, memorySource } from "./features/feature-source.js";
import { extractFeatures } from "./features/features.js";
import type { KnownRows } from "./features/known-rows.js";
import { blankTargets } from "./features/targets.js";
import type { Boundary } from "./layers/boundary.js";
import { featuresOf } from "./model/frozen-network.js";
import { isMixing, type OpenedLearner, storageOf, weightsIn } from "./open-learner.js";
import type { Platform } from "./platform.js";
import { pixelsOf, predictInBatches } from "./prediction/predict.js";
import { type AnyPrediction, predictionsOf } from "./prediction/prediction-of.js";
import { type Evaluation, evaluate } from "./training/evaluate.js";
import type { TrainingState } from "./training/steps.js";

export interface Divided {
  readonly learner: OpenedLearner;
  readonly boundary: Boundary;
}

/**
 * The rows of all photos, see `extractFeatures`.
 * @param known of the same division.
 */
export async function extractRows(
  { learner, boundary }: Divided,
  platform: Platform,
  { signal, emit }: CallContext,
  known?: KnownRows,
): Promise<Extraction> {
  const { network, photos, spec, pretrained } = learner;
  const extraction = await extractFeatures({
    network: boundary.frozen,
    source: pretrained.name,
    photos,
    decoder: platform.decoder,
    augmenter: await augmenterOf(learner, platform),
    transform: network.transform,
    memoryLimit: spec.cache.memoryLimit,
    storage: await storageOf(learner, boundary, platform),
    known,
    batchSize: spec.batchSize,
    maxSkipped: spec.image.maxSkipped,
    signal,
    onProgress: (done, total) => emit({ phase: "features", done, total }),
  });
  return mixedRows(extraction, learner, boundary);
}

/** As training sees them, where photos of a batch are mixed. */
async function mixedRows(
  { train, valid, ...rest }: Extraction,
  { spec: { augment, seed }, network, photos }: OpenedLearner,
  { model }: Pick<Boundary, "model">,
): Promise<Extraction> {
  if (!augment || !isMixing(augment)) return { train, valid, ...rest };
  const { mixedSource, softSource } = await import("./features/mixed-source.js");
  const classes = photos.classes.length;
  const size = model ? undefined : outputSize(network.transform);
  return {
    train: mixedSource(train, { spec: augment, seed, classes, size }),
    valid: softSource(valid, classes),
    ...rest,
  };
}

/** What varies the photos, where that is asked for. */
export async function augmenterOf(
  { spec: { augment, seed }, network: { transform } }: OpenedLearner,
  { decoder, views }: Pick<Platform, "decoder" | "views">,
): Promise<Augmenter | undefined> {
  if (!augment) return undefined;
  const { createAugmenter } = await import("./features/augmenter.js");
  return createAugmenter({ spec: augment, seed, decoder, views, transform });
}

export function evaluateRows(
  { learner, boundary }: Divided,
  rows: Pick<FeatureSource, "count" | "slice">,
  state: TrainingState,
  signal: AbortSignal,
): Promise<Evaluation> {
  const { head, evaluator, rowsPerRun } = boundary;
  const classes = learner.photos.classes.length;
  return evaluate(rows, { session: evaluator, parameters: weightsIn(head, state), classes, rowsPerRun, signal });
}

interface PredictedImages {
  readonly images: readonly ImageSource[];
  readonly state: TrainingState;
  /** Of labels. */
  readonly thresholds?: readonly number[] | undefined;
}

/** What images show, by the weights of this state. */
export async function predictImages(
  divided: Divided,
  { images, state, thresholds }: PredictedImages,
  { decoder }: Pick<Platform, "decoder">,
  context: CallContext,
): Promise<AnyPrediction[]> {
  const { network, photos } = divided.learner;
  const logits = async (batch: readonly ImageSource[]) =>
    logitsOf(divided, await pixelsOf(batch, decoder, network.transform), state, context.signal);
  return predictInBatches(images, context, photos.classes, logits, await predictionsOf(photos.task, thresholds));
}

/** @param pixels of some photos, [n, 3, H, W]; gives [n, classes]. */
export async function logitsOf(
  divided: Divided,
  pixels: Tensor<"float32">,
  state: TrainingState,
  signal: AbortSignal,
): Promise<Float32Array> {
  const { frozen } = divided.boundary;
  const count = pixels.shape[0]!;
  const features = float32([count, frozen.featureCount], await featuresOf(frozen, pixels));
  const rows = memorySource({ features, labels: blankTargets(divided.learner.loss.targets, count), names: [] });
  return (await evaluateRows(divided, rows, state, signal)).logits;
}
