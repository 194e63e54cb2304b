// Where the rows of an extraction go, photo by photo: into memory, or into the cache on disk, which knows many already.
import type { ImageDecoder } from "../../../datasets/decoder.js";
import type { Photo, PhotoSet } from "../../../datasets/photo-set.js";
import type { ImageTransform } from "../../../datasets/transform.js";
import { float32, int32 } from "../../../tensor.js";
import { sha256 } from "../sha256.js";
import { bufferSizeFor, openFeatureCache } from "./feature-cache.js";
import { batchTooLarge, refuseTooLarge } from "./feature-refusals.js";
import { type FeatureSource, memorySource, storedSource } from "./feature-source.js";
import type { Storage } from "./storage.js";

/** A photo on its way. */
export interface LoadedPhoto {
  /** What the network is to be run on; absent where its features are known. */
  readonly rgb?: Uint8Array | undefined;
  /** The SHA-256 of its file, where that is asked for. */
  readonly hash?: string;
}

export interface Collector {
  /** @throws RegraftError "unreadable-image" */
  load(photo: Photo): Promise<LoadedPhoto>;
  /** Takes the next photo, with its features unless they are known. */
  add(photo: Photo, loaded: LoadedPhoto, features: Float32Array | undefined): Promise<void>;
  /** Brings to safety what was taken. */
  keep(): Promise<void>;
  finish(signal: AbortSignal): Promise<Record<Photo["split"], FeatureSource>>;
}

export interface CollectOptions {
  readonly photos: PhotoSet;
  readonly decoder: ImageDecoder;
  readonly transform: ImageTransform;
  /** Of a row. */
  readonly width: number;
  /** Bytes that features may take in memory. */
  readonly memoryLimit: number;
}

/** @throws RegraftError "memory-limit" before anything is allocated */
export function collectInMemory({ photos: set, decoder, transform, width, memoryLimit }: CollectOptions): Collector {
  const { photos } = set;
  refuseTooLarge(photos.length, width, memoryLimit);
  const parts = splits((split) => ({
    ...createList(),
    data: new Float32Array(photos.filter((photo) => photo.split === split).length * width),
  }));
  return {
    load: async ({ image }) => ({ rgb: await decoder.decode(image, transform) }),
    add: async (photo, _, features) => {
      const { data, names, take } = parts[photo.split];
      data.set(features!, names.length * width);
      take(photo);
    },
    keep: async () => {},
    finish: async () =>
      splits((split) => {
        const { data, labelled } = parts[split];
        const { labels, names } = labelled();
        const features = float32([names.length, width], data.subarray(0, names.length * width));
        return memorySource({ features, labels, names });
      }),
  };
}

/**
 * What fits into memory ends up there; what does not stays on disk.
 * @param batchSize of the training to come, which needs a whole batch in memory.
 * @throws RegraftError "memory-limit" before anything is read, "file-access"; the signal's reason
 */
export async function collectOnDisk(
  { photos: { photos }, decoder, transform, width, memoryLimit }: CollectOptions,
  { storage, batchSize, signal }: { storage: Storage; batchSize: number; signal: AbortSignal },
): Promise<Collector> {
  const mostRows = rowsBesideDisk(photos, { width, memoryLimit, batchSize });
  // Also tells early whether the folder can be written.
  await storage.write("about.json", aboutFile(width, transform));
  const cache = await openFeatureCache(storage, { width, memoryLimit, signal });
  const parts = splits(() => ({ ...createList(), rows: [] as number[] }));
  return {
    load: async ({ image }) => {
      // The very bytes that are decoded: the file may change at any moment.
      const bytes = await decoder.read(image, transform);
      const hash = await sha256(bytes);
      return cache.find(hash) === undefined ? { hash, rgb: await decoder.decode(bytes, transform) } : { hash };
    },
    add: async (photo, { hash }, features) => {
      const { rows, take } = parts[photo.split];
      // The same photo may have come twice before either was stored.
      rows.push(cache.find(hash!) ?? (await cache.add(hash!, features!)));
      take(photo);
    },
    keep: () => cache.flush(),
    finish: async (signal) => {
      const fits = parts.train.rows.length + parts.valid.rows.length <= mostRows;
      const sourceOf = async (split: Photo["split"]): Promise<FeatureSource> => {
        const rows = Int32Array.from(parts[split].rows);
        const stored = storedSource(cache, { ...parts[split].labelled(), rows, width, mostRows });
        if (!fits) return stored;
        const all = await stored.slice(0, stored.count, signal);
        return memorySource({ ...all, names: stored.names });
      };
      return { train: await sourceOf("train"), valid: await sourceOf("valid") };
    },
  };
}

/**
 * How many rows memory has room for, beside what it takes to read them from disk.
 * @param advice what else helps, after a space.
 * @throws RegraftError "memory-limit" when they are no batch
 */
export function rowsBesideDisk(
  photos: readonly Photo[],
  { width, memoryLimit, batchSize }: Pick<CollectOptions, "width" | "memoryLimit"> & { batchSize: number },
  advice = "",
): number {
  const forRows = memoryLimit - bufferSizeFor(width, memoryLimit);
  const trained = photos.filter(({ split }) => split === "train").length;
  const largestBatch = Math.min(batchSize, trained);
  const mostRows = Math.floor(forRows / (width * 4));
  const needed = largestBatch * width * 4 + memoryLimit - forRows;
  if (largestBatch > mostRows) throw batchTooLarge(largestBatch, needed, memoryLimit, advice);
  return mostRows;
}

/** For those who find the folder. */
function aboutFile(features: number, transform: ImageTransform): Uint8Array {
  const about = "Features of photos, cached by regraft. May be deleted at any time.";
  return new TextEncoder().encode(`${JSON.stringify({ about, features, transform }, undefined, 2)}\n`);
}

const splits = <T>(make: (split: Photo["split"]) => T): Record<Photo["split"], T> => ({
  train: make("train"),
  valid: make("valid"),
});

/** What rows are of. */
function createList() {
  const labels: number[] = [];
  const names: string[] = [];
  return {
    names,
    take: ({ label, name }: Photo): void => {
      labels.push(label);
      names.push(name);
    },
    labelled: () => ({ labels: int32([names.length], labels), names }),
  };
}
