// Photos in, batches of pixel values out, decoded ahead of the network.
import { isRegraftError } from "../errors.js";
import { float32, type Tensor } from "../tensor.js";
import type { ImageDecoder } from "./decoder.js";
import type { Skipped } from "./folder-photos.js";
import type { Photo } from "./photo-set.js";
import { type Outcome, prefetch } from "./prefetch.js";
import { type ImageTransform, outputSize, toPixelValues } from "./transform.js";

export interface Batch {
  /** [photos, 3, height, width], normalised; memory of its own. */
  readonly pixels: Tensor<"float32">;
  /** What the rows of `pixels` show. */
  readonly photos: readonly Photo[];
  /** Those of the batch that could not be read; all of them, in the worst case. */
  readonly skipped: readonly Skipped[];
}

export interface LoadOptions {
  readonly batchSize: number;
  /** Photos on the way at a time, decoded or waiting. Node decodes four in parallel; default 8. */
  readonly ahead?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * All photos in order, `batchSize` at a time, the last batch with the rest. A photo that cannot be read has no row.
 * @throws the signal's reason
 */
export async function* loadPixels(
  photos: Iterable<Photo>,
  decoder: ImageDecoder,
  transform: ImageTransform,
  { batchSize, ahead = 8, signal }: LoadOptions,
): AsyncGenerator<Batch, void, undefined> {
  const decode = ({ image }: Photo): Promise<Uint8Array> => decoder.decode(image, transform);
  let outcomes: Decoded[] = [];
  for await (const outcome of prefetch(photos, decode, { ahead, signal })) {
    outcomes.push(outcome);
    if (outcomes.length < batchSize) continue;
    yield toBatch(outcomes, transform);
    outcomes = [];
  }
  if (outcomes.length > 0) yield toBatch(outcomes, transform);
}

type Decoded = Outcome<Photo, Uint8Array>;

function toBatch(outcomes: readonly Decoded[], transform: ImageTransform): Batch {
  const size = outputSize(transform);
  const stride = 3 * size.height * size.width;
  const readable = outcomes.filter((outcome) => "result" in outcome);
  const pixels = float32([readable.length, 3, size.height, size.width]);
  for (const [row, { result }] of readable.entries()) toPixelValues(result, size, transform, pixels.data, row * stride);
  return {
    pixels,
    photos: readable.map(({ item }) => item),
    skipped: outcomes.filter((outcome) => "error" in outcome).map(skippedOf),
  };
}

function skippedOf({ item, error }: Extract<Decoded, { error: unknown }>): Skipped {
  if (!isRegraftError(error, "unreadable-image")) throw error;
  return { image: item.name, reason: error.details.reason };
}
