// What Pillow, colorsys and numpy make of a picture; written by augment_reference.py.
import { readFileSync } from "node:fs";
import type { ColourStep } from "../../../src/datasets/augment/view.js";
import type { Rgb } from "../../../src/datasets/resample.js";

interface Fixture {
  readonly colours: readonly (ColourStep & { readonly rgb: string })[];
  readonly warps: readonly { readonly name: string; readonly matrix: readonly number[]; readonly rgb: string }[];
}

/** Their `rgb` are 8-bit in base64, of the pattern 13 pixels wide and 11 high. */
export const fixture: Fixture = JSON.parse(
  readFileSync(new URL("../../fixtures/images/augment.json", import.meta.url), "utf8"),
);

export const bytesOf = (rgb: string): Uint8Array => new Uint8Array(Buffer.from(rgb, "base64"));

/** The same numbers as `pattern` in augment_reference.py. */
export const pattern = (width = 13, height = 11): Rgb => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * i * 31 + i * 17) % 256),
});
