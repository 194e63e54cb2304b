// Photos of a batch mixed with one another: mixup (Zhang et al. 2017, arXiv 1710.09412) and CutMix (Yun et al. 2019, arXiv
// 1905.04899), one share and one order of partners for the whole batch, as in the papers' own code.
import { normals, permutation, type Stream } from "../../random.js";
import type { Size, Window } from "../resize.js";
import type { BatchAugment } from "./augment-spec.js";

export interface Mix {
  /** λ in [0, 1]: how much of each row is its own; the rest is its partner's. */
  readonly own: number;
  /** By row, the row it is mixed with; some with themselves. */
  readonly partners: Int32Array;
  /** CutMix: where the partner shows. Absent: mixup. */
  readonly box: Window | undefined;
}

/**
 * Where both are on, each batch is mixed in one of the two ways, either as likely (timm's default).
 * @param size of the photos; undefined: rows are no photos, of which nothing can be cut out.
 */
export function drawMix(
  { mixup, cutmix }: BatchAugment,
  rows: number,
  size: Size | undefined,
  from: Stream,
): Mix | undefined {
  const cutting = size && cutmix > 0 && (mixup === 0 || from.next() < 0.5);
  if (!cutting && mixup === 0) return undefined;
  const own = beta(cutting ? cutmix : mixup, from);
  const partners = permutation(rows, from);
  if (!cutting) return { own, partners, box: undefined };
  const box = cutBox(size, Math.sqrt(1 - own), from);
  return { own: 1 - (box.height * box.width) / (size.height * size.width), partners, box };
}

/** So long, relative to the photo's, are the edges of the box, but for what lies outside. Its centre is anywhere. */
function cutBox({ height, width }: Size, edge: number, from: Stream): Window {
  const span = (whole: number): [start: number, length: number] => {
    const cut = Math.floor(whole * edge);
    const middle = from.below(whole);
    const start = Math.max(0, middle - (cut >> 1));
    return [start, Math.min(whole, middle - (cut >> 1) + cut) - start];
  };
  const [left, boxWidth] = span(width);
  const [top, boxHeight] = span(height);
  return { top, left, height: boxHeight, width: boxWidth };
}

/**
 * Mixes rows of `width` numbers.
 * @param rows all of the batch; with a box, each is a photo [3, height, width].
 * @param size of the photos, where there is a box.
 */
export function mixRows(
  rows: Float32Array,
  width: number,
  { own, partners, box }: Mix,
  size: Size | undefined,
): Float32Array {
  const mixed = rows.slice();
  if (box && size) {
    const [height, across] = [size.height, size.width];
    for (const [row, partner] of partners.entries()) {
      for (let line = 0; line < 3 * height; line++) {
        const y = line % height;
        if (y < box.top || y >= box.top + box.height) continue;
        const at = line * across + box.left;
        mixed.set(rows.subarray(partner * width + at, partner * width + at + box.width), row * width + at);
      }
    }
    return mixed;
  }
  for (const [row, partner] of partners.entries()) {
    const [at, from] = [row * width, partner * width];
    for (let i = 0; i < width; i++) mixed[at + i] = own * rows[at + i]! + (1 - own) * rows[from + i]!;
  }
  return mixed;
}

/** From Beta(α, α), as Γ/(Γ + Γ'); in logarithms, as with a small α both may be too small for a number. */
function beta(alpha: number, from: Stream): number {
  const difference = logGamma(alpha, from) - logGamma(alpha, from);
  // Engines may differ in the last bit of an exponential: single precision does not show it.
  return Math.fround(1 / (1 + Math.exp(-difference)));
}

/** The logarithm of a draw from Gamma(shape, 1): Marsaglia and Tsang 2000, a shape below 1 by way of the one above. */
function logGamma(shape: number, from: Stream): number {
  if (shape < 1) return logGamma(shape + 1, from) + Math.log(1 - from.next()) / shape;
  const d = shape - 1 / 3;
  for (;;) {
    const x = normals(1, from)[0]!;
    const v = (1 + x / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(1 - from.next()) < x * x * 0.5 + d * (1 - v + Math.log(v))) return Math.log(d * v);
  }
}
