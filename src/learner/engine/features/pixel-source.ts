// Photos as rows to train on, for networks of which nothing is frozen: pixels, made of bytes that are held in memory or, when
// they do not fit, decoded again each time.
import { toPixels } from "../../../datasets/batches.js";
import type { Photo } from "../../../datasets/photo-set.js";
import type { Rgb } from "../../../datasets/resample.js";
import { outputSize } from "../../../datasets/transform.js";
import { float32 } from "../../../tensor.js";
import { unlessAborted } from "../unless-aborted.js";
import type { Augmenter } from "./augmenter.js";
import type { CollectOptions, Collector } from "./feature-collector.js";
import type { DrawPath, FeatureSource, Features } from "./feature-source.js";
import { pickTargets, targetsOf } from "./targets.js";

/** A photo that could be read. */
export interface Readable {
  readonly photo: Photo;
  /** Decoded as it is, where that is kept; or for its views. */
  readonly rgb?: Uint8Array | undefined;
  readonly picture?: Rgb | undefined;
}

/** What it takes to make rows of photos. */
export type PixelOptions = Omit<CollectOptions, "width" | "memoryLimit">;

/** Nothing is run on the photos, and nothing kept on disk, where they are anyway. */
export function collectPixels({
  memoryLimit,
  ...options
}: PixelOptions & Pick<CollectOptions, "memoryLimit">): Collector {
  const { photos: set, decoder, transform, augmenter } = options;
  const { height, width } = outputSize(transform);
  const fits = set.photos.length * 3 * height * width <= memoryLimit;
  // Pictures for views are as large as each photo allows: as many are kept as there is room for, beside all plain ones.
  let room = memoryLimit - set.photos.filter(({ split }) => split === "valid").length * 3 * height * width;
  const readable: Record<Photo["split"], Readable[]> = { train: [], valid: [] };
  const pictures = new Map<Photo, Rgb>();
  return {
    load: async (photo) => {
      if (!augmenter || photo.split === "valid") return { rgb: [await decoder.decode(photo.image, transform)] };
      const picture = await augmenter.picture(photo.image);
      room -= picture.data.length;
      if (room >= 0) pictures.set(photo, picture);
      return { rgb: [] };
    },
    add: async (photo, { rgb: [rgb] }) => {
      readable[photo.split].push({ photo, rgb: fits ? rgb : undefined, picture: pictures.get(photo) });
    },
    keep: async () => {},
    finish: async () => ({
      train: pixelSource(readable.train, options),
      valid: pixelSource(readable.valid, { ...options, augmenter: undefined }),
    }),
  };
}

/** @returns rows of the photos as they are, and, with an augmenter, as a part of training sees them. */
export function pixelSource(all: readonly Readable[], options: PixelOptions): FeatureSource {
  const { photos: set, decoder, transform, augmenter } = options;
  const labels = targetsOf(
    all.map(({ photo }) => photo.label),
    set,
  );
  const plain = async ({ photo, rgb }: Readable): Promise<Uint8Array> => rgb ?? decoder.decode(photo.image, transform);
  const viewed =
    (augmenter: Augmenter, path: DrawPath) =>
    async ({ photo, picture }: Readable): Promise<Uint8Array> => {
      const [view] = await augmenter.views(picture ?? photo.image, photo.name, [path]);
      return view!;
    };
  const load = async (rows: readonly number[], pixelsOf: typeof plain): Promise<Features> => {
    const pixels = toPixels(await Promise.all(rows.map((row) => pixelsOf(all[row]!))), transform);
    const width = pixels.data.length / Math.max(1, rows.length);
    return {
      features: float32([rows.length, width], pixels.data),
      labels: pickTargets(labels, rows),
    };
  };
  const chunksOf = (pixelsOf: typeof plain): FeatureSource["chunks"] =>
    async function* (batches, signal) {
      const loadBatch = (first: number) => {
        const batch = batches[first];
        const loading = batch && load([...batch], pixelsOf);
        // Whoever breaks off does not wait for what was loaded ahead; its failure is then nobody's.
        loading?.catch(() => {});
        return loading;
      };
      let ahead = loadBatch(0);
      for (const [first, batch] of batches.entries()) {
        signal?.throwIfAborted();
        const loaded = await unlessAborted(ahead!, signal);
        // Decoded while this one is trained on.
        ahead = loadBatch(first + 1);
        yield { ...loaded, batches: [Int32Array.from(batch.keys())], first };
      }
    };
  return {
    count: all.length,
    labels,
    names: all.map(({ photo }) => photo.name),
    slice: (start, end) =>
      load(
        Array.from({ length: end - start }, (_, i) => start + i),
        plain,
      ),
    chunks: chunksOf(plain),
    ...(augmenter && { during: (path: DrawPath) => ({ chunks: chunksOf(viewed(augmenter, path)) }) }),
  };
}
