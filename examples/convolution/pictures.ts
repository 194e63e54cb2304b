// Numbers as pictures for a page: PNG files in addresses.
import sharp from "sharp";
import { coloured } from "../../src/learner/engine/interpret/overlay.js";

export interface Plane {
  readonly values: Float32Array;
  readonly height: number;
  readonly width: number;
}

const clipped = (value: number): number => Math.min(255, Math.max(0, Math.round(value)));

/** 0 is black and 1 white, and what lies outside is cut off; of signed values 0 is grey, the greatest white or black. */
export function grey({ values, ...size }: Plane, signed = false): Promise<string> {
  const [low, high] = extremes(values);
  const most = Math.max(-low, high) || 1;
  const bytes = Uint8Array.from(values, (value) => clipped(signed ? 127.5 * (1 + value / most) : 255 * value));
  return png(bytes, 1, size);
}

/** From the least value to the greatest, dark to bright. */
export function heat({ values, ...size }: Plane): Promise<string> {
  const [low, high] = extremes(values);
  return png(coloured(values.map((value) => (high > low ? (value - low) / (high - low) : 0))), 3, size);
}

/** Three planes as red, green and blue, from the least value of all to the greatest. */
export function inColour({ values, height, width }: Plane): Promise<string> {
  const [low, high] = extremes(values);
  const places = height * width;
  const rgb = Uint8Array.from({ length: 3 * places }, (_, i) =>
    clipped((255 * (values[(i % 3) * places + Math.floor(i / 3)]! - low)) / (high - low || 1)),
  );
  return png(rgb, 3, { height, width });
}

const extremes = (values: Float32Array): readonly [number, number] => [
  values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY),
  values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY),
];

async function png(data: Uint8Array, channels: 1 | 3, { height, width }: Omit<Plane, "values">): Promise<string> {
  const bytes = await sharp(data, { raw: { height, width, channels } }).png().toBuffer();
  return `data:image/png;base64,${bytes.toString("base64")}`;
}
