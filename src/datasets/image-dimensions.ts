// How many pixels an encoded image has, read from its header: a few kilobytes of file can decode to gigabytes.
import type { Size } from "./resize.js";

/**
 * The size as stored (EXIF may turn it) of a JPEG, PNG, GIF, WebP or AVIF. Undefined where the header gives none: other
 * formats, damaged files. Decoders may still find another size, so that what they give is to be checked as well.
 */
export function dimensionsOf(bytes: Uint8Array): Size | undefined {
  if (bytes.length < smallestImage) return undefined;
  const size = formats.find(([offset, signature]) => spells(bytes, offset, signature))?.[2](bytes);
  return size && size.width > 0 && size.height > 0 ? size : undefined;
}

/** A lossless WebP of one pixel. */
const smallestImage = 26;

type Reader = (bytes: Uint8Array) => Size | undefined;

const formats: readonly (readonly [offset: number, signature: string, read: Reader])[] = [
  [0, "\xff\xd8\xff", jpeg],
  [0, "\x89PNG", (bytes) => ({ width: big32(bytes, 16), height: big32(bytes, 20) })],
  [0, "GIF8", (bytes) => ({ width: little16(bytes, 6), height: little16(bytes, 8) })],
  [8, "WEBPVP8 ", (bytes) => ({ width: little16(bytes, 26) & 0x3fff, height: little16(bytes, 28) & 0x3fff })],
  [8, "WEBPVP8L", losslessWebp],
  [8, "WEBPVP8X", (bytes) => ({ width: little24(bytes, 24) + 1, height: little24(bytes, 27) + 1 })],
  [4, "ftyp", avif],
];

const spells = (bytes: Uint8Array, offset: number, text: string): boolean =>
  [...text].every((letter, i) => bytes[offset + i] === letter.charCodeAt(0));

// Behind the end all bytes are 0, so that what is cut off has no pixels.
const little16 = (bytes: Uint8Array, at: number): number => bytes[at]! | (bytes[at + 1]! << 8);
const little24 = (bytes: Uint8Array, at: number): number => little16(bytes, at) | (bytes[at + 2]! << 16);
const big16 = (bytes: Uint8Array, at: number): number => (bytes[at]! << 8) | bytes[at + 1]!;
const big32 = (bytes: Uint8Array, at: number): number => big16(bytes, at) * 2 ** 16 + big16(bytes, at + 2);

/** From the first frame header (SOFn), past the segments before it, thumbnails included. ITU-T T.81, B.1.1 and B.2.2 */
function jpeg(bytes: Uint8Array): Size | undefined {
  for (let at = 2; at < bytes.length; ) {
    const marker = bytes[at + 1]!;
    // What stands between segments is no harm; 0xff may be repeated before a marker.
    if (bytes[at] !== 0xff || marker === 0xff) at += 1;
    else if (isFrame(marker)) return { height: big16(bytes, at + 5), width: big16(bytes, at + 7) };
    else at += standsAlone(marker) ? 2 : 2 + big16(bytes, at + 2);
  }
  return undefined;
}

/** 0xc4, 0xc8 and 0xcc, in the midst of the frames, are tables and an extension. */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

const standsAlone = (marker: number): boolean => marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd9);

/** After a byte 0x2f: 14 bits of width - 1, 14 bits of height - 1. RFC 9649, 3.4 */
function losslessWebp(bytes: Uint8Array): Size {
  const bits = little24(bytes, 21) | (bytes[24]! << 24);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}

/** The largest of the sizes in the box "meta": of the image, its tiles, its alpha, its thumbnail. ISO/IEC 23008-12, 6.5.3 */
function avif(bytes: Uint8Array): Size {
  const [start, end] = topLevelBox(bytes, "meta");
  let largest = { width: 0, height: 0 };
  for (let at = start; at < end; at++) {
    if (bytes[at] !== 0x69 || !spells(bytes, at, "ispe")) continue;
    const size = { width: big32(bytes, at + 8), height: big32(bytes, at + 12) };
    if (size.width * size.height > largest.width * largest.height) largest = size;
  }
  return largest;
}

/** From where to where it reaches; nowhere if there is none. Boxes: 4 bytes of size, 4 of name. ISO/IEC 14496-12, 4.2 */
function topLevelBox(bytes: Uint8Array, name: string): [start: number, end: number] {
  for (let at = 0; at < bytes.length; ) {
    const size = big32(bytes, at);
    // 0: up to the end. 1: a size of 8 bytes follows, which only pixels need.
    const end = size === 0 ? bytes.length : at + (size === 1 ? big32(bytes, at + 12) : size);
    if (spells(bytes, at + 4, name)) return [at, Math.min(end, bytes.length)];
    at = Math.max(end, at + 8);
  }
  return [0, 0];
}
