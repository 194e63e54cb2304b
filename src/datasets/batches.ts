// Photos in, batches of what is made of them out, made ahead of whoever takes the batches.
import { isRegraftError } from "../errors.js";
import { float32, type Tensor } from "../tensor.js";
import type { Skipped } from "./folder-photos.js";
import type { Photo } from "./photo-set.js";
import { type Outcome, prefetch } from "./prefetch.js";
import { type ImageTransform, outputSize, toPixelValues } from "./transform.js";

export interface Batch<R> {
  /** What could be read, in order, with what was made of it. */
  readonly loaded: readonly { readonly item: Photo; readonly result: R }[];
  /** Those of the batch that could not be read; all of them, in the worst case. */
  readonly skipped: readonly Skipped[];
}

export interface LoadOptions {
  readonly batchSize: number;
  /** Photos on the way at a time, loaded or waiting. Node decodes four in parallel; default 8. */
  readonly ahead?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * All photos in order, `batchSize` at a time, the last batch with the rest.
 * @param load makes of a photo what is wanted; its "unreadable-image" skips the photo.
 * @throws what else `load` throws; the signal's reason
 */
export async function* loadBatches<R>(
  photos: Iterable<Photo>,
  load: (photo: Photo) => Promise<R>,
  { batchSize, ahead = 8, signal }: LoadOptions,
): AsyncGenerator<Batch<R>, void, undefined> {
  let outcomes: Outcome<Photo, R>[] = [];
  for await (const outcome of prefetch(photos, load, { ahead, signal })) {
    outcomes.push(outcome);
    if (outcomes.length < batchSize) continue;
    yield toBatch(outcomes);
    outcomes = [];
  }
  if (outcomes.length > 0) yield toBatch(outcomes);
}

const toBatch = <R>(outcomes: readonly Outcome<Photo, R>[]): Batch<R> => ({
  loaded: outcomes.filter((outcome) => "result" in outcome),
  skipped: outcomes.filter((outcome) => "error" in outcome).map(skippedOf),
});

function skippedOf({ item, error }: { readonly item: Photo; readonly error: unknown }): Skipped {
  if (!isRegraftError(error, "unreadable-image")) throw error;
  return { image: item.name, reason: error.details.reason };
}

/** Decoded photos as a network's input: [photos, 3, height, width], normalised. */
export function toPixels(decoded: readonly Uint8Array[], transform: ImageTransform): Tensor<"float32"> {
  const size = outputSize(transform);
  const stride = 3 * size.height * size.width;
  const pixels = float32([decoded.length, 3, size.height, size.width]);
  for (const [i, rgb] of decoded.entries()) toPixelValues(rgb, size, transform, pixels.data, i * stride);
  return pixels;
}
