// A whole network tried on labelled photos: its logits, and what they come to.
import { loadBatches, toPixels } from "../../../datasets/batches.js";
import type { Dataset } from "../../../datasets/dataset.js";
import type { ImageCodec } from "../../../datasets/decoder.js";
import type { EvaluationOptions } from "../../../datasets/evaluation-set.js";
import type { Skipped } from "../../../datasets/folder-photos.js";
import type { ImageSource } from "../../../datasets/image-source.js";
import type { Photo, PhotoSet } from "../../../datasets/photo-set.js";
import type { Task } from "../../../datasets/task.js";
import type { ImageTransform } from "../../../datasets/transform.js";
import { RegraftError } from "../../../errors.js";
import type { Tensor } from "../../../tensor.js";
import type { CallContext } from "../../border/channel.js";
import { refuseTooMany } from "../features/feature-refusals.js";
import { type Targets, targetsOf } from "../features/targets.js";
import { boundedRuns, type FrozenNetwork, photosPerRun } from "../model/frozen-network.js";
import { crossEntropyLoss } from "../training/metrics.js";
import { type ValidationOf, validationOf } from "../training/validation-of.js";

/** As a learner's validation; the loss is plain cross-entropy, binary for labels, and of values the mean squared error. */
export type PhotoEvaluation<T extends Task = "single-label"> = ValidationOf<T> & EvaluatedPhotos;

interface EvaluatedPhotos {
  /** How many photos it was tried on. */
  readonly photos: number;
  readonly skipped: readonly Skipped[];
}

/** What to try the classifier on, and how. */
export interface EvaluationSpec {
  /** A list comes without its items: they go ahead, see `stage`. */
  readonly data: Dataset;
  readonly split: EvaluationOptions["split"];
  readonly metrics: readonly string[];
  readonly maxSkipped: number;
  /** Augmented ones of each photo, beside the photo as it is; 0: none. */
  readonly views: number;
}

export interface PhotoEvaluationInput {
  /** Its features are logits. */
  readonly network: FrozenNetwork;
  readonly photos: PhotoSet;
  readonly decoder: ImageCodec;
  readonly transform: ImageTransform;
  readonly metrics: readonly string[];
  /** Of labels; undefined: 0.5 each. */
  readonly thresholds?: readonly number[] | undefined;
  /** The share of photos that may be unreadable. */
  readonly maxSkipped: number;
  /** Augmented ones of each photo, beside the photo as it is; absent or 0: none. */
  readonly views?: number;
}

/**
 * @throws RegraftError "too-many-unreadable", "memory-limit"; "invalid-dataset" when no photo can be read; the signal's
 * reason
 */
export async function evaluatePhotos(
  input: PhotoEvaluationInput,
  context: CallContext,
): Promise<PhotoEvaluation<Task>> {
  const { tried: _, ...evaluation } = await tryPhotos(input, context);
  return evaluation;
}

/** What the network made of each photo. */
export interface Tried {
  /** Those that could be read. */
  readonly photos: readonly Photo[];
  /** [N, classes] */
  readonly logits: Float32Array;
}

/** The same, and what it is made of. */
export async function tryPhotos(
  { network, photos: set, decoder, transform, metrics, thresholds, maxSkipped, views = 0 }: PhotoEvaluationInput,
  { signal, emit }: CallContext,
): Promise<PhotoEvaluation<Task> & { readonly tried: Tried }> {
  const { photos, classes } = set;
  const skipped: Skipped[] = [...set.skipped];
  const refuse = (): void => refuseTooMany(skipped, set, maxSkipped, "maxSkipped");
  refuse();
  const all = room(photos.length, classes.length);
  const read: Photo[] = [];
  const run = boundedRuns(network);
  const logitsOf = (pixels: Tensor<"float32">) => run(pixels, signal);
  const tta = views > 0 ? await import("../prediction/tta.js") : undefined;
  const options = { ...classifierTta, views, decoder, transform, classes: classes.length, task: set.task, logitsOf };
  const load = async ({ image }: { readonly image: ImageSource }) =>
    tta ? tta.picturesOf(image, options) : [await decoder.decode(image, transform)];
  const batchSize = Math.ceil(photosPerRun / (1 + views));
  const loading = { batchSize, ahead: 2 * batchSize, signal };
  let seen = 0;
  for await (const batch of loadBatches(photos, load, loading)) {
    const pictures = batch.loaded.map(({ result }) => result);
    const logits = await (tta
      ? tta.logitsOfPictures(pictures, options)
      : logitsOf(toPixels(pictures.flat(), transform)));
    all.set(logits, read.length * classes.length);
    read.push(...batch.loaded.map(({ item }) => item));
    skipped.push(...batch.skipped);
    seen += batch.loaded.length + batch.skipped.length;
    emit({ phase: "evaluate", done: seen, total: photos.length });
    refuse();
  }
  if (read.length === 0) throw noPhotos();
  const logits = all.subarray(0, read.length * classes.length);
  const targets = targetsOf(
    read.map(({ label }) => label),
    set,
  );
  const loss = await plainLoss(set, logits, targets);
  const result = await validationOf({ ...set, metrics, thresholds }, { logits, loss }, targets);
  return { ...result, photos: read.length, skipped, tried: { photos: read, logits } };
}

/** How a network without a learner is shown views of photos: by the default augmentation. */
export const classifierTta = { spec: undefined, seed: 0 } as const;

/** Plain, whatever the loss of a training: see `PhotoEvaluation`. */
export async function plainLoss(
  { task, classes }: Pick<PhotoSet, "task" | "classes">,
  logits: Float32Array,
  { data }: Targets,
): Promise<number> {
  if (task === "single-label") return crossEntropyLoss({ logits, labels: data as Int32Array, classes: classes.length });
  const numbers = data as Float32Array;
  if (task === "multi-label") {
    const { binaryCrossEntropyLoss } = await import("../training/label-metrics.js");
    return binaryCrossEntropyLoss({ logits, labels: numbers });
  }
  const { valueMetric, valueScores } = await import("../training/value-metrics.js");
  return valueMetric("mse", valueScores({ predicted: logits, actual: numbers, names: classes }));
}

const mostBytes = 2 ** 31;

/** Logits of all photos. */
function room(photos: number, classes: number): Float32Array {
  const needed = 4 * photos * classes;
  if (needed <= mostBytes) return new Float32Array(photos * classes);
  throw new RegraftError(
    "memory-limit",
    { needed, limit: mostBytes },
    `The logits of ${photos} photos for ${classes} classes take ${needed} bytes, more than ${mostBytes}. Evaluate on fewer photos.`,
  );
}

function noPhotos(): RegraftError {
  const reason = "no photo can be read";
  return new RegraftError("invalid-dataset", { source: "photos", reason }, `Cannot evaluate: ${reason}. Add photos.`);
}
