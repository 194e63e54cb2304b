// A segment of the feature cache: the features of some photos as one file, which is written once. The format alone.
//
//   header  32 bytes: "regraftF", then the version, the width and the count as uint32, then zeros
//   hashes  [count, 32]: the SHA-256 of each photo's file
//   rows    [count, width] float32: what the frozen network says of each
//   check   32 bytes: the SHA-256 of all before
//
// Numbers are little-endian, as in memory. (On a machine that has them otherwise the header reads wrongly, so a segment
// that was carried there is refused.)
import { fromHex, sha256, toHex } from "../sha256.js";

/** To be raised when the format changes, or how photos are decoded or augmented: caches of other versions are left alone. */
export const segmentVersion = 1;
/** The most that a segment takes, unless a single row takes more. */
export const largestSegment = 4 * 2 ** 20;

const headerSize = 32;
const hashSize = 32;
const checkSize = 32;
const magic = new TextEncoder().encode("regraftF");

/** How many photos of `width` features a segment of at most `bytes` has room for; one at least. */
export const roomFor = (bytes: number, width: number): number =>
  Math.max(1, Math.floor((bytes - headerSize - checkSize) / photoSize(width)));

/** How many photos a segment has, by its size; undefined for a size that no segment has. */
export function photosIn(size: number, width: number): number | undefined {
  const photos = (size - headerSize - checkSize) / photoSize(width);
  return Number.isInteger(photos) && photos >= 1 && photos <= roomFor(largestSegment, width) ? photos : undefined;
}

/** Where a row's bytes begin in a segment of `photos`. */
export const rowOffset = (photos: number, width: number, row: number): number =>
  headerSize + photos * hashSize + row * width * 4;

/**
 * @param hashes of the photos, in hexadecimal.
 * @param rows [hashes, width].
 */
export async function encodeSegment(hashes: readonly string[], width: number, rows: Float32Array): Promise<Uint8Array> {
  const photos = hashes.length;
  const bytes = new Uint8Array(headerSize + photos * photoSize(width) + checkSize);
  bytes.set(headerOf(photos, width));
  for (const [i, hash] of hashes.entries()) bytes.set(fromHex(hash), headerSize + i * hashSize);
  new Float32Array(bytes.buffer, rowOffset(photos, width, 0), photos * width).set(rows);
  const end = bytes.length - checkSize;
  bytes.set(fromHex(await sha256(bytes.subarray(0, end))), end);
  return bytes;
}

/** The hashes of a segment's photos, in hexadecimal; undefined when it is not, to the bit, what was once encoded. */
export async function decodeSegment(bytes: Uint8Array, width: number): Promise<readonly string[] | undefined> {
  const photos = photosIn(bytes.length, width);
  if (photos === undefined || toHex(bytes.subarray(0, headerSize)) !== toHex(headerOf(photos, width))) return undefined;
  const end = bytes.length - checkSize;
  if ((await sha256(bytes.subarray(0, end))) !== toHex(bytes.subarray(end))) return undefined;
  return Array.from({ length: photos }, (_, i) =>
    toHex(bytes.subarray(headerSize + i * hashSize, headerSize + (i + 1) * hashSize)),
  );
}

const photoSize = (width: number): number => hashSize + width * 4;

function headerOf(photos: number, width: number): Uint8Array {
  const header = new Uint8Array(headerSize);
  header.set(magic);
  new Uint32Array(header.buffer, magic.length, 3).set([segmentVersion, width, photos]);
  return header;
}
