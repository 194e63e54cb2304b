// An image of four colours, and where they end up after decoding.
import sharp from "sharp";
import { expect } from "vitest";
import { createNodeDecoder } from "../../src/datasets/node.js";
import { type ImageTransform, outputSize } from "../../src/datasets/transform.js";

export const decoder = createNodeDecoder();

export const red = [255, 0, 0];
export const green = [0, 255, 0];
export const blue = [0, 0, 255];
export const white = [255, 255, 255];

export const transformTo = (height: number, width: number, maxPixels = 1e8): ImageTransform => ({
  resize: { height, width },
  resample: "bicubic",
  mean: [0, 0, 0],
  std: [1, 1, 1],
  maxPixels,
});
export const asIs = transformTo(40, 60);

export type Corners = readonly (readonly number[])[];

/** An image of 60 × 40 pixels with a colour per quarter: top left, top right, bottom right, bottom left. */
export function quarters(
  [topLeft, topRight, bottomRight, bottomLeft]: Corners = [red, green, white, blue],
  channels: 3 | 4 = 3,
) {
  const colour = (x: number, y: number) => (y < 20 ? (x < 30 ? topLeft : topRight) : x < 30 ? bottomLeft : bottomRight);
  const data = Buffer.from(Array.from({ length: 2400 }, (_, i) => colour(i % 60, Math.floor(i / 60))!).flat());
  return sharp(data, { raw: { width: 60, height: 40, channels } });
}

/** The four corners, one pixel in from the edge. */
export async function cornersOf(image: string | Uint8Array, transform = asIs): Promise<number[][]> {
  const rgb = await decoder.decode(image, transform);
  const { height, width } = outputSize(transform);
  expect(rgb.length).toBe(height * width * 3);
  const at = (x: number, y: number) => [...rgb.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];
  return [at(1, 1), at(width - 2, 1), at(width - 2, height - 2), at(1, height - 2)];
}

export function expectColours(actual: Corners, expected: Corners, tolerance: number): void {
  for (const [i, colour] of expected.entries()) {
    for (const [c, value] of colour.entries()) {
      expect(Math.abs(actual[i]![c]! - value), `corner ${i}: ${actual[i]}`).toBeLessThanOrEqual(tolerance);
    }
  }
}
