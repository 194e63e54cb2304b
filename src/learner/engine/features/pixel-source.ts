// Photos as rows to train on, for networks of which nothing is frozen: pixels, made of bytes that are held in memory or, when
// they do not fit, decoded again each time.
import { toPixels } from "../../../datasets/batches.js";
import type { ImageDecoder } from "../../../datasets/decoder.js";
import type { Photo, PhotoSet } from "../../../datasets/photo-set.js";
import { type ImageTransform, outputSize } from "../../../datasets/transform.js";
import { float32 } from "../../../tensor.js";
import type { CollectOptions, Collector } from "./feature-collector.js";
import type { FeatureSource, Features } from "./feature-source.js";
import { pickTargets, targetsOf } from "./targets.js";

/** A photo that could be read. */
interface Readable {
  readonly photo: Photo;
  /** Decoded, where it is kept. */
  readonly rgb: Uint8Array | undefined;
}

/** Nothing is run on the photos, and nothing kept on disk, where they are anyway. */
export function collectPixels({
  photos: set,
  decoder,
  transform,
  memoryLimit,
}: Omit<CollectOptions, "width">): Collector {
  const { height, width } = outputSize(transform);
  const fits = set.photos.length * 3 * height * width <= memoryLimit;
  const readable: Record<Photo["split"], Readable[]> = { train: [], valid: [] };
  return {
    load: async ({ image }) => ({ rgb: await decoder.decode(image, transform) }),
    add: async (photo, { rgb }) => {
      readable[photo.split].push({ photo, rgb: fits ? rgb : undefined });
    },
    keep: async () => {},
    finish: async () => ({
      train: pixelSource(readable.train, set, decoder, transform),
      valid: pixelSource(readable.valid, set, decoder, transform),
    }),
  };
}

function pixelSource(
  all: readonly Readable[],
  set: PhotoSet,
  decoder: ImageDecoder,
  transform: ImageTransform,
): FeatureSource {
  const labels = targetsOf(
    all.map(({ photo }) => photo.label),
    set,
  );
  const load = async (rows: readonly number[]): Promise<Features> => {
    const decoded = rows.map(async (row) => {
      const { photo, rgb } = all[row]!;
      return rgb ?? decoder.decode(photo.image, transform);
    });
    const pixels = toPixels(await Promise.all(decoded), transform);
    const width = pixels.data.length / Math.max(1, rows.length);
    return {
      features: float32([rows.length, width], pixels.data),
      labels: pickTargets(labels, rows),
    };
  };
  return {
    count: all.length,
    labels,
    names: all.map(({ photo }) => photo.name),
    slice: (start, end) => load(Array.from({ length: end - start }, (_, i) => start + i)),
    chunks: async function* (batches, signal) {
      const loadBatch = (first: number) => {
        const batch = batches[first];
        const loading = batch && load([...batch]);
        // Whoever breaks off does not wait for what was loaded ahead; its failure is then nobody's.
        loading?.catch(() => {});
        return loading;
      };
      let ahead = loadBatch(0);
      for (const [first, batch] of batches.entries()) {
        signal?.throwIfAborted();
        const loaded = (await ahead)!;
        // Decoded while this one is trained on.
        ahead = loadBatch(first + 1);
        yield { ...loaded, batches: [Int32Array.from(batch.keys())], first };
      }
    },
  };
}
