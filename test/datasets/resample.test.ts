import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Filter, type Rgb, resample } from "../../src/datasets/resample.js";

interface Case {
  readonly from: readonly [width: number, height: number];
  readonly to: readonly [width: number, height: number];
  readonly filter: Filter;
  /** Base64, 8-bit RGB. */
  readonly rgb: string;
}

// Written by test/datasets/pillow_reference.py.
const fixture = new URL("../fixtures/images/pillow-resample.json", import.meta.url);
const cases: readonly Case[] = JSON.parse(readFileSync(fixture, "utf8"));

/** The same numbers as `pattern` in pillow_reference.py. */
const pattern = (width: number, height: number): Rgb => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * i * 31 + i * 17) % 256),
});

describe("resample", () => {
  it.each(cases)("equals Pillow bit for bit: $from to $to, $filter", ({ from, to, filter, rgb }) => {
    const [width, height] = to;
    const all = { top: 0, left: 0, width, height };
    const expected = new Uint8Array(Buffer.from(rgb, "base64"));
    expect(resample(pattern(...from), { width, height }, filter, all)).toEqual(expected);
  });

  it("gives for a window what the whole image has there", () => {
    const target = { width: 31, height: 26 };
    const window = { top: 7, left: 3, width: 11, height: 9 };
    const whole = resample(pattern(13, 50), target, "bicubic", { top: 0, left: 0, ...target });
    const rows = Array.from({ length: 9 }, (_, y) => {
      const start = ((window.top + y) * target.width + window.left) * 3;
      return whole.subarray(start, start + window.width * 3);
    });
    expect(resample(pattern(13, 50), target, "bicubic", window)).toEqual(new Uint8Array(Buffer.concat(rows)));
  });

  it("computes nothing outside the window, however long the image grows", () => {
    const target = { width: 224, height: 22_400_000 };
    const window = { top: 11_199_888, left: 0, width: 224, height: 224 };
    const out = resample(pattern(1, 100_000), target, "bicubic", window);
    expect(out.length).toBe(224 * 224 * 3);
  });
});
