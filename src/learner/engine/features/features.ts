// Runs the frozen network once per photo and keeps what it says: the features that heads are trained on.
import { loadBatches, toPixels } from "../../../datasets/batches.js";
import type { Skipped } from "../../../datasets/folder-photos.js";
import type { Photo } from "../../../datasets/photo-set.js";
import { boundedRuns, type FrozenNetwork, photosPerRun } from "../model/frozen-network.js";
import type { Extraction } from "./extraction.js";
import { type CollectOptions, type Collector, collectInMemory } from "./feature-collector.js";
import { refuseEmpty, refuseNotFinite, refuseTooMany } from "./feature-refusals.js";
import type { KnownRows } from "./known-rows.js";
import type { Storage } from "./storage.js";

export interface ExtractOptions extends Omit<CollectOptions, "width"> {
  /** Without a session, nothing is frozen: rows are the photos' pixels. */
  readonly network: FrozenNetwork;
  /** What errors call it. */
  readonly source: string;
  /** Where features of this network and transform are kept; absent: in memory alone. */
  readonly storage?: Storage | undefined;
  /** What is known of photos by the same frozen network. */
  readonly known?: KnownRows | undefined;
  /** Of the training to come. */
  readonly batchSize: number;
  /** The share of photos that may be unreadable. */
  readonly maxSkipped: number;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/**
 * Features of all photos; those that cannot be read are skipped and named. Stopped halfway, what was extracted is kept
 * in `storage` for the next time.
 * @throws RegraftError "memory-limit" before anything is allocated, "too-many-unreadable", "invalid-dataset" when a
 * class loses all its photos, "unsupported-model" when features are no finite numbers, "file-access" where `storage`
 * fails; the signal's reason.
 */
export async function extractFeatures(options: ExtractOptions): Promise<Extraction> {
  const { photos: set, maxSkipped, signal } = options;
  const skipped: Skipped[] = [...set.skipped];
  const photos: Photo[] = [];
  refuseTooMany(skipped, set, maxSkipped);
  const collector = await collectorFor(options);
  try {
    await collectAll(options, collector, { photos, skipped });
  } catch (error) {
    // The first error tells more than that of a last attempt to write.
    await collector.keep().catch(() => {});
    throw error;
  }
  await collector.keep();
  const { train, valid } = await collector.finish(signal);
  refuseEmpty(train, valid, set);
  return { train, valid, photos, skipped };
}

async function collectorFor({
  network,
  storage,
  known,
  batchSize,
  signal,
  ...rest
}: ExtractOptions): Promise<Collector> {
  const collect = { ...rest, width: network.featureCount };
  if (!network.session) return (await import("./pixel-source.js")).collectPixels(collect);
  if (!storage) {
    const collector = collectInMemory(collect);
    return known ? (await import("./known-rows.js")).collectUnknown(collector, known) : collector;
  }
  const { collectOnDisk } = await import("./disk-collector.js");
  return collectOnDisk(collect, { storage, known, batchSize, signal });
}

async function collectAll(
  options: ExtractOptions,
  collector: Collector,
  { photos, skipped }: { readonly photos: Photo[]; readonly skipped: Skipped[] },
): Promise<void> {
  const { network, source, photos: set, transform, maxSkipped, augmenter, signal, onProgress } = options;
  const width = network.featureCount;
  const run = boundedRuns(network);
  // As many rows at a time, whatever rows a photo has.
  const batchSize = Math.ceil(photosPerRun / (augmenter?.spec.views || 1));
  const loading = { batchSize, ahead: 2 * batchSize, signal };
  let seen = 0;
  for await (const batch of loadBatches(set.photos, collector.load, loading)) {
    const decoded = network.session ? batch.loaded.flatMap(({ result }) => result.rgb.filter(isWanted)) : [];
    const rows = await run(toPixels(decoded, transform), signal);
    let row = 0;
    for (const { item, result } of batch.loaded) {
      const features = result.rgb.map((rgb) => network.session && rgb && rows.subarray(row * width, ++row * width));
      for (const some of features) if (some) refuseNotFinite(some, item.name, source);
      await collector.add(item, result, features);
      photos.push(item);
    }
    skipped.push(...batch.skipped);
    seen += batch.loaded.length + batch.skipped.length;
    onProgress(seen, set.photos.length);
    refuseTooMany(skipped, set, maxSkipped);
  }
}

const isWanted = (rgb: Uint8Array | undefined): rgb is Uint8Array => rgb !== undefined;
