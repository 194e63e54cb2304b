// The feature cache: a folder of segments for one frozen network and one way to prepare photos. Rows are found by the
// hash of the photo's file. Whatever else lies in the folder, or happens to it, costs time at most: a segment that is
// not, to the bit, what was written is thrown away.
import { assert } from "../../../errors.js";
import { decodeSegment, encodeSegment, largestSegment, photosIn, roomFor, rowOffset } from "./feature-segment.js";
import type { Storage, StoredFile } from "./storage.js";

export interface FeatureCache {
  /** Bytes it takes beside what is read into, at most: of the segment being filled, or of what is read at a time. */
  readonly bufferSize: number;
  /** The number of the row that holds the features of a photo, by the SHA-256 of its file in hexadecimal. */
  find(hash: string): number | undefined;
  /**
   * Takes the features of a photo that is not found yet; they are on disk as soon as a segment is full.
   * @returns the row's number.
   */
  add(hash: string, features: Float32Array): Promise<number>;
  /** Writes what has been taken and is not on disk yet. */
  flush(): Promise<void>;
  /**
   * Reads rows that are on disk, each once and in the order of the files.
   * @param rows their numbers, in any order.
   * @param into [rows, width] receives them in that order.
   */
  read(rows: Int32Array, into: Float32Array, signal?: AbortSignal): Promise<void>;
}

export interface FeatureCacheOptions {
  readonly width: number;
  /** Bytes that features may take in memory; the cache takes up to a quarter of it, or a single row. */
  readonly memoryLimit: number;
  readonly signal?: AbortSignal | undefined;
}

/** Rows `first` … `first + photos - 1` lie in the file. */
interface Segment {
  readonly name: string;
  readonly first: number;
  readonly photos: number;
}

// Reading on over a gap of so many bytes costs about as much as another read.
const mostSkipped = 2 ** 17;

/** What the cache takes beside the rows it reads. */
export const bufferSizeFor = (width: number, memoryLimit: number): number =>
  Math.max(width * 4, Math.min(largestSegment, Math.floor(memoryLimit / 4)));

/**
 * Reads every segment once, to check it: one at a time, 4 MiB at most (a single row may be larger).
 * @throws RegraftError "file-access"; the signal's reason
 */
export async function openFeatureCache(storage: Storage, options: FeatureCacheOptions): Promise<FeatureCache> {
  const { width, memoryLimit, signal } = options;
  const bufferSize = bufferSizeFor(width, memoryLimit);
  const segments: Segment[] = [];
  const numbers = new Map<string, number>();
  let stored = 0;
  const append = (name: string, hashes: readonly string[]): void => {
    segments.push({ name, first: stored, photos: hashes.length });
    // Two processes may have written the same photos: the first row will do.
    for (const [i, hash] of hashes.entries()) if (!numbers.has(hash)) numbers.set(hash, stored + i);
    stored += hashes.length;
  };
  for (const file of await storage.list()) {
    signal?.throwIfAborted();
    const hashes = isSegment(file) ? await check(storage, file, width) : undefined;
    if (hashes) append(file.name, hashes);
  }

  const waiting: string[] = [];
  let rows: Float32Array | undefined;
  const flush = async (): Promise<void> => {
    if (waiting.length === 0) return;
    const name = `${crypto.randomUUID()}${ending}`;
    await storage.write(name, await encodeSegment(waiting, width, rows!.subarray(0, waiting.length * width)));
    append(name, waiting.splice(0));
  };
  return {
    bufferSize,
    find: (hash) => numbers.get(hash),
    add: async (hash, features) => {
      assert(features.length === width, `${features.length} features in a row of ${width}`);
      const room = roomFor(bufferSize, width);
      if (waiting.length === room) await flush();
      rows ??= new Float32Array(room * width);
      rows.set(features, waiting.length * width);
      const number = stored + waiting.length;
      numbers.set(hash, number);
      waiting.push(hash);
      return number;
    },
    flush,
    read: async (wanted, into, signal) => {
      const buffer = new Uint8Array(bufferSize);
      for (const { segment, start, end, places } of spans(wanted, segments, width, bufferSize)) {
        signal?.throwIfAborted();
        const bytes = buffer.subarray(0, (end - start) * width * 4);
        await storage.read(segment.name, rowOffset(segment.photos, width, start), bytes);
        const features = new Float32Array(bytes.buffer, 0, (end - start) * width);
        for (const { row, place } of places)
          into.set(features.subarray((row - start) * width, (row - start + 1) * width), place * width);
      }
    },
  };
}

const ending = ".segment";
const isSegment = ({ name }: StoredFile): boolean => name.endsWith(ending);

/** The hashes in a segment; nothing when it cannot be read, and when it is damaged: then it goes. */
async function check(storage: Storage, { name, size }: StoredFile, width: number) {
  if (photosIn(size, width) !== undefined) {
    const bytes = new Uint8Array(size);
    const isRead = await storage.read(name, 0, bytes).then(
      () => true,
      () => false,
    );
    if (!isRead) return undefined;
    const hashes = await decodeSegment(bytes, width);
    if (hashes) return hashes;
  }
  // Where it cannot be removed it is passed over every time.
  await storage.remove(name).catch(() => {});
  return undefined;
}

/** Rows of a segment that are read together, those between them included. */
interface Span {
  readonly segment: Segment;
  /** Within the segment. */
  readonly start: number;
  readonly end: number;
  /** Which of its rows are wanted, and where they stand among those asked for. */
  readonly places: { readonly row: number; readonly place: number }[];
}

/** Divides rows into as few reads of at most `mostBytes` as are worth while, in the order of the files. */
function* spans(
  wanted: Int32Array,
  segments: readonly Segment[],
  width: number,
  mostBytes: number,
): Generator<Span, void, undefined> {
  const mostRows = Math.max(1, Math.floor(mostBytes / (width * 4)));
  const mostApart = 1 + Math.floor(mostSkipped / (width * 4));
  // Numbers alone are sorted natively: row and place share one, exact below 2^53.
  const order = Float64Array.from(wanted, (row, place) => row * wanted.length + place).sort();
  let span: Span | undefined;
  let at = 0;
  for (const key of order) {
    const place = key % wanted.length;
    const number = (key - place) / wanted.length;
    while (at < segments.length && number >= segments[at]!.first + segments[at]!.photos) at++;
    const segment = segments[at];
    assert(segment, `row ${number} is on disk`);
    const row = number - segment.first;
    const joins = span?.segment === segment && row < span.start + mostRows && row < span.end + mostApart;
    if (span && !joins) yield span;
    const places = span && joins ? span.places : [];
    places.push({ row, place });
    span = { segment, start: span && joins ? span.start : row, end: row + 1, places };
  }
  if (span) yield span;
}
