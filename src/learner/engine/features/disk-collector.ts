// Rows of an extraction on their way into the cache on disk, which knows many already.
import type { Photo } from "../../../datasets/photo-set.js";
import type { ImageTransform } from "../../../datasets/transform.js";
import { sha256 } from "../sha256.js";
import { type Augmenter, viewOrigin } from "./augmenter.js";
import { bufferSizeFor, openFeatureCache } from "./feature-cache.js";
import { type CollectOptions, type Collector, createList, loadRows, splits, trainedRows } from "./feature-collector.js";
import { canonicalJson } from "./feature-key.js";
import { batchTooLarge } from "./feature-refusals.js";
import { type FeatureSource, memorySource, storedSource } from "./feature-source.js";
import type { Storage } from "./storage.js";

/**
 * What fits into memory ends up there; what does not stays on disk.
 * @param batchSize of the training to come, which needs a whole batch in memory.
 * @throws RegraftError "memory-limit" before anything is read, "file-access"; the signal's reason
 */
export async function collectOnDisk(
  options: CollectOptions,
  { storage, batchSize, signal }: { storage: Storage; batchSize: number; signal: AbortSignal },
): Promise<Collector> {
  const { photos: set, decoder, transform, width, memoryLimit, augmenter } = options;
  const mostRows = rowsBesideDisk(set.photos, { width, memoryLimit, batchSize });
  // Also tells early whether the folder can be written.
  await storage.write("about.json", aboutFile(width, transform));
  const cache = await openFeatureCache(storage, { width, memoryLimit, signal });
  const parts = splits(() => ({ ...createList(set), rows: [] as number[] }));
  return {
    load: async (photo) => {
      // The very bytes that are decoded: the file may change at any moment.
      const bytes = await decoder.read(photo.image, transform);
      const keys = await keysOf(photo, await sha256(bytes), augmenter);
      const wanted = keys.map((key) => cache.find(key) === undefined);
      return { keys, rgb: await loadRows({ ...photo, image: bytes }, options, wanted) };
    },
    add: async (photo, { keys }, features) => {
      const { rows, take } = parts[photo.split];
      for (const [i, key] of keys!.entries()) {
        // The same photo may have come twice before either was stored.
        rows.push(cache.find(key) ?? (await cache.add(key, features[i]!)));
        take(photo);
      }
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
      return { train: await trainedRows(await sourceOf("train"), options), valid: await sourceOf("valid") };
    },
  };
}

/** A photo as it is, is found by the hash of its file; a view of it by the hash of that and all that decides about the view. */
async function keysOf({ name, split }: Photo, hash: string, augmenter: Augmenter | undefined): Promise<string[]> {
  if (!augmenter?.spec.views || split === "valid") return [hash];
  const keys = Array.from({ length: augmenter.spec.views }, (_, view) =>
    sha256(new TextEncoder().encode(canonicalJson({ hash, ...viewOrigin(augmenter, name, view) }))),
  );
  return Promise.all(keys);
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
