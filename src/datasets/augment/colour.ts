// Colours of 8-bit RGB changed as torchvision's colour jitter changes a Pillow image. Each step rounds to 8 bits as Pillow's
// blend does: down, and to what a byte holds. Hues are turned in floating point, as torchvision does with tensors.
import type { ColourStep } from "./view.js";

/** Changes `rgb` itself. */
export function changeColours(rgb: Uint8Array, steps: readonly ColourStep[]): void {
  for (const { kind, by } of steps) changes[kind](rgb, by);
}

const changes: Readonly<Record<ColourStep["kind"], (rgb: Uint8Array, by: number) => void>> = {
  /** Towards black. */
  brightness: (rgb, factor) => replace(rgb, blendWith(0, factor)),
  /** Towards the mean grey. */
  contrast: (rgb, factor) => {
    let sum = 0;
    for (let p = 0; p < rgb.length; p += 3) sum += luma(rgb, p);
    replace(rgb, blendWith(Math.floor((3 * sum) / rgb.length + 0.5), factor));
  },
  /** Towards each pixel's own grey. */
  saturation: (rgb, factor) => {
    for (let p = 0; p < rgb.length; p += 3) {
      const grey = luma(rgb, p);
      for (let c = p; c < p + 3; c++) rgb[c] = byte(grey + factor * (rgb[c]! - grey));
    }
  },
  hue: turnHues,
};

/** The table of v → grey + factor · (v - grey). */
const blendWith = (grey: number, factor: number): Uint8Array =>
  Uint8Array.from({ length: 256 }, (_, value) => byte(grey + factor * (value - grey)));

function replace(rgb: Uint8Array, table: Uint8Array): void {
  for (let i = 0; i < rgb.length; i++) rgb[i] = table[rgb[i]!]!;
}

// Pillow computes in single precision: what is a whole number there must not be rounded down to the one below.
const byte = (value: number): number => (value <= 0 ? 0 : value >= 255 ? 255 : Math.floor(Math.fround(value)));

/** ITU-R 601-2 in 16-bit fixed point, Pillow's "L". */
const luma = (rgb: Uint8Array, p: number): number =>
  (rgb[p]! * 19595 + rgb[p + 1]! * 38470 + rgb[p + 2]! * 7471 + 0x8000) >> 16;

/** @param turn a share of the colour circle; saturation and value (of HSV) stay. */
function turnHues(rgb: Uint8Array, turn: number): void {
  for (let p = 0; p < rgb.length; p += 3) {
    const [r, g, b] = [rgb[p]!, rgb[p + 1]!, rgb[p + 2]!];
    const most = Math.max(r, g, b);
    const span = most - Math.min(r, g, b);
    if (span === 0) continue;
    // In sixths of the circle, from red.
    const hue = most === r ? (g - b) / span : most === g ? 2 + (b - r) / span : 4 + (r - g) / span;
    const turned = hue + 6 * turn;
    // A channel is highest over a third of the circle around its own hue, lowest over the third opposite.
    rgb[p] = channel(turned + 5, most, span);
    rgb[p + 1] = channel(turned + 3, most, span);
    rgb[p + 2] = channel(turned + 1, most, span);
  }
}

function channel(sixths: number, most: number, span: number): number {
  const k = sixths - 6 * Math.floor(sixths / 6);
  return Math.round(most - span * Math.max(0, Math.min(k, 4 - k, 1)));
}
