// Pillow's resize, bit for bit: separable filters, widened when reducing (antialiasing), weights cut off at the edges
// and normalised, 22-bit fixed point, rows filtered first. https://github.com/python-pillow/Pillow, Resample.c
import type { Size, Window } from "./resize.js";

/** "nearest" takes the one pixel that an output pixel's centre falls into. */
export type Filter = "bicubic" | "bilinear" | "nearest";

/** An image of `size`, RGB in 8 bits, HWC. */
export interface Rgb extends Size {
  readonly data: Uint8Array;
}

/** The `window` of `image` resized to `target`; nothing outside the window is computed. */
export function resample(image: Rgb, target: Size, filter: Filter, window: Window): Uint8Array {
  if (filter === "nearest") return pick(image, target, window);
  const columns = tapsOf(image.width, target.width, window.left, window.width, filters[filter]);
  const rows = tapsOf(image.height, target.height, window.top, window.height, filters[filter]);
  const firstRow = rows.starts[0]!;
  const rowCount = rows.starts[window.height - 1]! + rows.counts[window.height - 1]! - firstRow;
  return filterRows(filterColumns(image, firstRow, rowCount, columns), window.width, firstRow, rows);
}

function pick(image: Rgb, target: Size, { top, left, height, width }: Window): Uint8Array {
  const rows = nearest(image.height, target.height, top, height);
  const columns = nearest(image.width, target.width, left, width);
  const out = new Uint8Array(height * width * 3);
  let at = 0;
  for (const row of rows) {
    for (const column of columns) {
      const from = (row * image.width + column) * 3;
      out.set(image.data.subarray(from, from + 3), at);
      at += 3;
    }
  }
  return out;
}

/** Where the centres of `count` output positions from `first` on fall; summed up as Pillow does, roundings included. */
function nearest(from: number, to: number, first: number, count: number): Int32Array {
  const scale = from / to;
  const positions = new Int32Array(count);
  let position = scale * 0.5;
  for (let i = 0; i < first + count; i++, position += scale)
    if (i >= first) positions[i - first] = Math.floor(position);
  return positions;
}

// PRECISION_BITS of Pillow: 8 bits of pixel, 2 bits for sums beyond 255 and their sign.
const precision = 32 - 8 - 2;
const half = 1 << (precision - 1);

const filters: Record<Exclude<Filter, "nearest">, { support: number; weight: (x: number) => number }> = {
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: { support: 2, weight: (x) => keys(Math.abs(x)) },
};

/** Keys' cubic convolution with a = -0.5. */
function keys(x: number): number {
  const a = -0.5;
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

/** What each output position reads: `counts[i]` input positions from `starts[i]`, weights at `i * stride`. */
interface Taps {
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  readonly weights: Int32Array;
  readonly stride: number;
}

function tapsOf(
  from: number,
  to: number,
  first: number,
  count: number,
  filter: (typeof filters)[keyof typeof filters],
): Taps {
  const scale = from / to;
  const widening = Math.max(scale, 1);
  const support = filter.support * widening;
  const stride = Math.ceil(support) * 2 + 1;
  const starts = new Int32Array(count);
  const counts = new Int32Array(count);
  const weights = new Int32Array(count * stride);
  for (let i = 0; i < count; i++) {
    const centre = (first + i + 0.5) * scale;
    const start = Math.max(Math.trunc(centre - support + 0.5), 0);
    const end = Math.min(Math.trunc(centre + support + 0.5), from);
    const taps = Array.from({ length: end - start }, (_, k) => filter.weight((start + k - centre + 0.5) / widening));
    const sum = taps.reduce((total, tap) => total + tap, 0);
    starts[i] = start;
    counts[i] = end - start;
    for (const [k, tap] of taps.entries()) weights[i * stride + k] = roundAway((tap / sum) * 2 ** precision);
  }
  return { starts, counts, weights, stride };
}

const roundAway = (x: number): number => Math.trunc(x < 0 ? x - 0.5 : x + 0.5);

function filterColumns(image: Rgb, firstRow: number, rowCount: number, taps: Taps): Uint8ClampedArray {
  const { data } = image;
  const width = taps.starts.length;
  const out = new Uint8ClampedArray(rowCount * width * 3);
  for (let row = 0, o = 0; row < rowCount; row++) {
    const rowStart = (firstRow + row) * image.width * 3;
    for (let x = 0; x < width; x++) {
      let r = half;
      let g = half;
      let b = half;
      let p = rowStart + taps.starts[x]! * 3;
      const end = x * taps.stride + taps.counts[x]!;
      for (let k = x * taps.stride; k < end; k++) {
        const weight = taps.weights[k]!;
        r += Math.imul(weight, data[p++]!);
        g += Math.imul(weight, data[p++]!);
        b += Math.imul(weight, data[p++]!);
      }
      out[o++] = r >> precision;
      out[o++] = g >> precision;
      out[o++] = b >> precision;
    }
  }
  return out;
}

/** `rows` holds image rows from `firstRow` on, already of the final width. */
function filterRows(rows: Uint8ClampedArray, width: number, firstRow: number, taps: Taps): Uint8Array {
  const rowLength = width * 3;
  const height = taps.starts.length;
  const out = new Uint8ClampedArray(height * rowLength);
  const sums = new Int32Array(rowLength);
  for (let y = 0; y < height; y++) {
    sums.fill(half);
    for (let k = 0; k < taps.counts[y]!; k++) {
      const weight = taps.weights[y * taps.stride + k]!;
      const from = (taps.starts[y]! - firstRow + k) * rowLength;
      for (let i = 0; i < rowLength; i++) sums[i]! += Math.imul(weight, rows[from + i]!);
    }
    for (let i = 0; i < rowLength; i++) out[y * rowLength + i] = sums[i]! >> precision;
  }
  return new Uint8Array(out.buffer);
}
