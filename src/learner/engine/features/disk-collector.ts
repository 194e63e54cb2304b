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
import type { KnownRows } from "./known-rows.js";
import type { Storage } from "./storage.js";

export interface DiskOptions {
  readonly storage: Storage;
  /** Photos whose files need not be read again. */
  readonly known?: KnownRows | undefined;
  /** Of the training to come, which needs a whole batch in memory. */
  readonly batchSize: number;
  readonly signal: AbortSignal;
}

/**
 * What fits into memory ends up there; what does not stays on disk.
 * @throws RegraftError "memory-limit" before anything is read, "file-access"; the signal's reason
 */
export async function collectOnDisk(
  options: CollectOptions,
  { storage, known, batchSize, signal }: DiskOptions,
): Promise<Collector> {
  const { photos: set, decoder, transform, width, memoryLimit, augmenter } = options;
  const mostRows = rowsBesideDisk(set.photos, { width, memoryLimit, batchSize });
  // Also tells early whether the folder can be written.
  await storage.write("about.json", aboutFile(width, transform));
  const cache = await openFeatureCache(storage, { width, memoryLimit, signal });
  const parts = splits(() => ({ ...createList(set), rows: [] as number[], hashes: [] as string[] }));
  const wantedOf = async (photo: Photo, hash: string) => {
    const keys = await keysOf(photo, hash, augmenter);
    return { hash, keys, wanted: keys.map((key) => cache.find(key) === undefined) };
  };
  return {
    load: async (photo) => {
      const before = known?.[photo.split].get(photo.image);
      if (before && "hash" in before) {
        const { wanted, ...found } = await wantedOf(photo, before.hash);
        if (!wanted.includes(true)) return { ...found, rgb: wanted.map(() => undefined) };
      }
      // The very bytes that are decoded: the file may change at any moment.
      const bytes = await decoder.read(photo.image, transform);
      const { wanted, ...found } = await wantedOf(photo, await sha256(bytes));
      return { ...found, rgb: await loadRows({ ...photo, image: bytes }, options, wanted) };
    },
    add: async (photo, { hash, keys }, features) => {
      const { rows, hashes, take } = parts[photo.split];
      hashes.push(hash!);
      for (const [i, key] of keys!.entries()) {
        // The same photo may have come twice before either was stored.
        rows.push(cache.find(key) ?? (await cache.add(key, features[i]!)));
        take(photo);
      }
    },
    keep: () => cache.flush(),
    finish: async (signal) => {
      const { train, valid } = parts;
      const fits = train.rows.length + valid.rows.length <= mostRows;
      const sourceOf = async ({ rows, labelled }: typeof train): Promise<FeatureSource> => {
        const stored = storedSource(cache, { ...labelled(), rows: Int32Array.from(rows), width, mostRows });
        if (!fits) return stored;
        const all = await stored.slice(0, stored.count, signal);
        return memorySource({ ...all, names: stored.names });
      };
      return {
        train: { ...(await trainedRows(await sourceOf(train), options)), hashes: train.hashes },
        valid: { ...(await sourceOf(valid)), hashes: valid.hashes },
      };
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
