// Test-time augmentation: what a network says of several views of a photo, averaged, as fast.ai's `tta` does.

import type { AugmentSpec } from "../../../datasets/augment/augment-spec.js";
import { augmented, decodeScale } from "../../../datasets/augment/augmented.js";
import { defaultAugment } from "../../../datasets/augment/default-augment.js";
import { drawView } from "../../../datasets/augment/view.js";
import { loadBatches, toPixels } from "../../../datasets/batches.js";
import type { PictureDecoder } from "../../../datasets/decoder.js";
import type { ImageSource } from "../../../datasets/image-source.js";
import type { Photo } from "../../../datasets/photo-set.js";
import type { Task } from "../../../datasets/task.js";
import type { ImageTransform } from "../../../datasets/transform.js";
import { unreadable } from "../../../datasets/unreadable.js";
import { stream } from "../../../random.js";
import type { Tensor } from "../../../tensor.js";
import type { CallContext } from "../../border/channel.js";
import { photosPerRun } from "../model/frozen-network.js";
import { sigmoid } from "../training/label-metrics.js";
import { probabilities } from "../training/metrics.js";

export interface TtaOptions {
  /** Augmented views of each photo, beside the photo as it is. */
  readonly views: number;
  /** What to draw them by; absent: the default augmentation. */
  readonly spec: AugmentSpec | undefined;
  readonly seed: number;
  readonly decoder: PictureDecoder;
  readonly transform: ImageTransform;
  readonly classes: number;
  readonly task: Task;
  /** Of pixels [n, 3, H, W]: [n, classes]. */
  readonly logitsOf: (pixels: Tensor<"float32">) => Promise<Float32Array>;
}

// fast.ai's beta.
const plainShare = 0.25;

/**
 * The photo as it is, then its views: 8-bit RGB. Views are drawn by the seed and their number alone, so that a photo is seen in the
 * same way wherever it is met; where mirror images are on, every second view is one. Nothing is erased.
 */
export async function picturesOf(
  image: ImageSource,
  { views, spec = defaultAugment, seed, decoder, transform }: Omit<TtaOptions, "logitsOf" | "classes" | "task">,
): Promise<readonly Uint8Array[]> {
  const plain = await decoder.decode(image, transform);
  const picture = await decoder.decodeWhole(image, transform, decodeScale(spec, transform));
  const viewed = Array.from({ length: views }, (_, view) => {
    const everySecond = (probability: number): number => (probability > 0 ? view % 2 : 0);
    const own = {
      ...spec,
      horizontalFlip: everySecond(spec.horizontalFlip),
      verticalFlip: everySecond(spec.verticalFlip),
      randomErasing: 0,
    };
    const drawn = drawView(own, picture, transform, (what) => stream(seed, "tta", view, what));
    return augmented(picture, drawn, transform);
  });
  return [plain, ...viewed];
}

/** Logits [n, classes] of n images, see `averaged`. */
export async function ttaLogits(images: readonly ImageSource[], options: TtaOptions): Promise<Float32Array> {
  const pictures = await Promise.all(images.map((image) => picturesOf(image, options)));
  return logitsOfPictures(pictures, options);
}

/** @param pictures of each photo, as `picturesOf` gives them. */
export async function logitsOfPictures(pictures: readonly (readonly Uint8Array[])[], options: TtaOptions) {
  const { views, classes, task, transform } = options;
  const logits = await options.logitsOf(toPixels(pictures.flat(), transform));
  const all = new Float32Array(pictures.length * classes);
  const each = (1 + views) * classes;
  for (const i of pictures.keys())
    all.set(averaged(logits.subarray(i * each, (i + 1) * each), classes, task), i * classes);
  return all;
}

/**
 * [N, classes]
 * @throws RegraftError "unreadable-image"
 */
export async function ttaOfPhotos(
  photos: readonly Photo[],
  options: TtaOptions,
  { signal, emit }: CallContext,
): Promise<Float32Array> {
  const all = new Float32Array(photos.length * options.classes);
  const batchSize = Math.ceil(photosPerRun / (1 + options.views));
  let done = 0;
  for await (const { loaded, skipped } of loadBatches(photos, ({ image }) => picturesOf(image, options), {
    batchSize,
    ahead: 2 * batchSize,
    signal,
  })) {
    const logits = await logitsOfPictures(
      loaded.map(({ result }) => result),
      options,
    );
    for (const { image, reason } of skipped) throw unreadable(image, reason);
    all.set(logits, done * options.classes);
    done += loaded.length;
    emit({ phase: "evaluate", done, total: photos.length });
  }
  return all;
}

/**
 * The mean probabilities p̄ of the views and those of the photo as it is, p, as ¾·p̄ + ¼·p; then back to logits, of which softmax,
 * or sigmoid, makes the same. What are no probabilities is averaged as it is.
 * @param logits [1 + views, classes], the photo as it is first.
 */
export function averaged(logits: Float32Array, classes: number, task: Task): Float32Array {
  const rows = logits.length / classes;
  const { forth, back } = scales[task];
  const values = Array.from({ length: rows }, (_, row) => forth(logits.subarray(row * classes, (row + 1) * classes)));
  return Float32Array.from({ length: classes }, (_, c) => {
    const viewed = values.slice(1).reduce((sum, row) => sum + row[c]!, 0) / (rows - 1);
    return back((1 - plainShare) * viewed + plainShare * values[0]![c]!);
  });
}

interface Scale {
  readonly forth: (logits: Float32Array) => Float64Array;
  readonly back: (value: number) => number;
}

// A probability that has become 0 is no less than this, so that logits are numbers.
const least = 1e-30;

const scales: Readonly<Record<Task, Scale>> = {
  "single-label": {
    forth: probabilities,
    back: (p) => Math.log(Math.max(least, p)),
  },
  "multi-label": {
    forth: (logits) => Float64Array.from(logits, sigmoid),
    back: (p) => Math.log(Math.max(least, p)) - Math.log(Math.max(least, 1 - p)),
  },
  regression: { forth: (values) => Float64Array.from(values), back: (value) => value },
};
