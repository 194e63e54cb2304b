// From images to named predictions.
import { toPixels } from "../../../datasets/batches.js";
import type { ImageDecoder } from "../../../datasets/decoder.js";
import { type ImageFile, imageOf, isImageFile } from "../../../datasets/image-files.js";
import { compact, type ImageSource, messageSize } from "../../../datasets/image-source.js";
import type { ImageTransform } from "../../../datasets/transform.js";
import { invalidArgument } from "../../../errors.js";
import type { Tensor } from "../../../tensor.js";
import type { CallContext } from "../../border/channel.js";
import type { Progress } from "../../border/events.js";
import { inSlices } from "../../border/stage.js";
import type { CallOptions } from "../../call-options.js";
import { photosPerRun } from "../model/frozen-network.js";
import { argmax, softmax } from "../training/metrics.js";

export interface Prediction {
  readonly label: string;
  /** The class's place in `classes`. */
  readonly index: number;
  /** In [0, 1]. */
  readonly probability: number;
  /** All classes, the most probable first. */
  readonly scores: readonly { readonly label: string; readonly probability: number }[];
  /** Raw outputs of the network, in the order of `classes`. */
  readonly logits: Float32Array;
}

// Milliseconds.
const longestBatch = 200;

/** Predicts any number of images, a few at a time. `logitsOf` gives [n, classes] for n images, `name` what they stand for. */
export async function predictInBatches<P = Prediction>(
  images: readonly ImageSource[],
  { signal, emit }: CallContext,
  classes: readonly string[],
  logitsOf: (images: readonly ImageSource[]) => Promise<Float32Array>,
  name = predictions as (logits: Float32Array, classes: readonly string[]) => P[],
): Promise<P[]> {
  const results: P[] = [];
  let size = photosPerRun;
  while (results.length < images.length) {
    signal.throwIfAborted();
    const batch = images.slice(results.length, results.length + size);
    const started = performance.now();
    results.push(...name(await logitsOf(batch), classes));
    // Cancelling waits for a batch: slow networks get smaller ones.
    if (performance.now() - started > longestBatch && size > 1) size >>= 1;
    emit({ phase: "predict", done: results.length, total: images.length });
  }
  return results;
}

/**
 * Decoded, resized and normalised: [n, 3, H, W].
 * @throws RegraftError "unreadable-image"
 */
export async function pixelsOf(
  images: readonly ImageSource[],
  decoder: ImageDecoder,
  transform: ImageTransform,
): Promise<Tensor<"float32">> {
  return toPixels(await Promise.all(images.map((image) => decoder.decode(image, transform))), transform);
}

/**
 * One image in, one prediction out; a list in, a list out.
 * @param predict is called with as many images as one message may carry, until all are done.
 */
export async function predictWith<P>(
  input: ImageFile | readonly ImageFile[],
  { onProgress, ...options }: CallOptions,
  predict: (images: readonly ImageSource[], options: CallOptions) => Promise<P[]>,
): Promise<P | P[]> {
  const given: readonly ImageFile[] = isList(input) ? input : [input];
  if (!given.every(isImageFile))
    throw invalidArgument(
      "predict's image",
      "a path, the bytes of an image, a Blob, an element, or a list of these",
      input,
    );
  const images = await Promise.all(given.map(imageOf));
  const results: P[] = [];
  // No images are a call too: it may be refused.
  const slices = images.length === 0 ? [images] : inSlices(images, messageSize);
  for (const slice of slices) {
    const before = results.length;
    const tell = (progress: Progress) =>
      onProgress?.({ ...progress, done: before + progress.done, total: images.length });
    results.push(...(await predict(slice.map(compact), { ...options, onProgress: tell })));
  }
  return given === input ? results : results[0]!;
}

const isList = <T>(value: T | readonly T[]): value is readonly T[] => Array.isArray(value);

/** One prediction per row of logits [n, classes]. */
export function predictions(logits: Float32Array, classes: readonly string[]): Prediction[] {
  return Array.from({ length: logits.length / classes.length }, (_, row) => {
    const own = logits.slice(row * classes.length, (row + 1) * classes.length);
    const probabilities = softmax(own);
    const index = argmax(own);
    // By logits: different ones may round to equal probabilities.
    const order = Array.from(classes.keys()).sort((a, b) => own[b]! - own[a]!);
    const scores = order.map((c) => ({ label: classes[c]!, probability: probabilities[c]! }));
    return { label: classes[index]!, index, probability: probabilities[index]!, scores, logits: own };
  });
}
