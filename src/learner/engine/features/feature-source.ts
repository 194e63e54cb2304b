// Features of photos as training sees them: all in memory, or on disk and a part of them in memory at a time. Either way
// the same rows make the same batches, so what is learnt is the same, bit for bit.
import { float32, type Tensor } from "../../../tensor.js";
import type { FeatureCache } from "./feature-cache.js";
import { pickTargets, sliceTargets, type Targets } from "./targets.js";

/** Features in memory, with what they are of. */
export interface Features {
  /** [N, F] */
  readonly features: Tensor<"float32">;
  /** [N], or [N, width] */
  readonly labels: Targets;
}

export interface FeatureSource {
  /** Rows, N. */
  readonly count: number;
  /** [N], or [N, width] */
  readonly labels: Targets;
  /** What the rows are called. */
  readonly names: readonly string[];
  /** Rows `start` … `end - 1`. */
  slice(start: number, end: number, signal?: AbortSignal): Promise<Features>;
  /**
   * Goes through batches in order, as many at a time as may be in memory.
   * @param batches the rows of each.
   */
  chunks(batches: readonly Int32Array[], signal?: AbortSignal): AsyncIterable<Chunk>;
  /** All rows of every photo, one photo's after the other's; absent where each has one. */
  readonly all?: FeatureSource;
  /** Of each row's photo, the SHA-256 of its file, in hexadecimal; absent where rows are not kept on disk. */
  readonly hashes?: readonly string[];
  /** The rows as a part of training sees them that draws anew by its path; absent where they are always the same. */
  during?(path: DrawPath): Pick<FeatureSource, "chunks">;
}

/** What is drawn for, such as ("epoch", 3): with the seed, all there is to know of it. */
export type DrawPath = readonly (string | number)[];

/** The rows as this part of training sees them. */
export const rowsDuring = (source: FeatureSource, path: DrawPath): Pick<FeatureSource, "chunks"> =>
  source.during?.(path) ?? source;

/** Consecutive batches with their rows. Its memory is used again for the next one. */
export interface Chunk extends Features {
  /** The rows of each batch, counted within `features`. */
  readonly batches: readonly Int32Array[];
  /** Which batch, of those asked for, is the first. */
  readonly first: number;
}

interface Labelled {
  readonly labels: Targets;
  readonly names: readonly string[];
}

/** Nothing is copied: a chunk is all there is, a slice is a view. */
export function memorySource({ features, labels, names }: Features & Labelled): FeatureSource {
  const [count, width] = features.shape as [number, number];
  return {
    count,
    labels,
    names,
    slice: async (start, end) => ({
      features: float32([end - start, width], features.data.subarray(start * width, end * width)),
      labels: sliceTargets(labels, start, end),
    }),
    chunks: async function* (batches) {
      yield { features, labels, batches, first: 0 };
    },
  };
}

/**
 * @param rows their numbers in the cache.
 * @param mostRows that a chunk may have; a single batch may have more.
 */
export function storedSource(
  cache: FeatureCache,
  { rows, labels, names, width, mostRows }: Labelled & { rows: Int32Array; width: number; mostRows: number },
): FeatureSource {
  return {
    count: rows.length,
    labels,
    names,
    slice: async (start, end, signal) => {
      const features = float32([end - start, width]);
      await cache.read(rows.subarray(start, end), features.data, signal);
      return { features, labels: sliceTargets(labels, start, end) };
    },
    // Reading takes far longer than training on what was read: to read ahead would gain nothing and halve the chunks.
    chunks: async function* (batches, signal) {
      let memory = new Float32Array(0);
      for (let first = 0; first < batches.length; ) {
        const some = batchesFrom(first, batches, mostRows);
        const wanted = concatenated(some);
        const size = wanted.length * width;
        if (memory.length < size) memory = new Float32Array(size);
        const data = memory.subarray(0, size);
        await cache.read(
          wanted.map((row) => rows[row]!),
          data,
          signal,
        );
        yield {
          features: float32([wanted.length, width], data),
          labels: pickTargets(labels, wanted),
          batches: inTurn(some),
          first,
        };
        first += some.length;
      }
    },
  };
}

/** The rows of one of the batches of a chunk, copied. */
export function batchRows({ features, labels, batches }: Chunk, batch: number): Features {
  const rows = batches[batch]!;
  const width = features.shape[1]!;
  const picked = float32([rows.length, width]);
  for (const [i, row] of rows.entries())
    picked.data.set(features.data.subarray(row * width, (row + 1) * width), i * width);
  return { features: picked, labels: pickTargets(labels, rows) };
}

/** As many whole batches as have at most `mostRows`; one at least. */
function batchesFrom(first: number, batches: readonly Int32Array[], mostRows: number): readonly Int32Array[] {
  let end = first;
  let rows = 0;
  while (end < batches.length && (end === first || rows + batches[end]!.length <= mostRows))
    rows += batches[end++]!.length;
  return batches.slice(first, end);
}

function concatenated(batches: readonly Int32Array[]): Int32Array {
  const rows = new Int32Array(batches.reduce((sum, batch) => sum + batch.length, 0));
  let start = 0;
  for (const batch of batches) {
    rows.set(batch, start);
    start += batch.length;
  }
  return rows;
}

/** Batches of the same sizes that take the rows one after the other. */
function inTurn(batches: readonly Int32Array[]): readonly Int32Array[] {
  let start = 0;
  return batches.map(({ length }) => {
    const first = start;
    start += length;
    return Int32Array.from({ length }, (_, i) => first + i);
  });
}
