import { describe, expect, it } from "vitest";
import {
  defaultTransform,
  type ImageTransform,
  outputSize,
  toPixelValues,
  validateTransform,
} from "../../src/datasets/transform.js";
import { isRegraftError } from "../../src/errors.js";

describe("toPixelValues", () => {
  it("scales, normalises and turns HWC into CHW", () => {
    const rgb = new Uint8Array([0, 51, 102, 255, 204, 153]);
    const out = new Float32Array(8).fill(9);
    toPixelValues(rgb, { height: 1, width: 2 }, { mean: [0.5, 0.2, 0], std: [0.5, 0.1, 2] }, out, 1);
    const expected = [9, -1, 1, 0, 6, 0.2, 0.3, 9];
    for (const [i, value] of expected.entries()) expect(out[i]).toBeCloseTo(value, 6);
  });

  it("gives what torchvision's ToTensor and Normalize give for ImageNet", () => {
    const out = new Float32Array(3);
    toPixelValues(new Uint8Array([128, 128, 128]), { height: 1, width: 1 }, defaultTransform, out);
    expect([...out].map((value) => value.toFixed(5))).toEqual(["0.07406", "0.20518", "0.42649"]);
  });

  it("asserts the number of bytes", () => {
    const call = () => toPixelValues(new Uint8Array(5), { height: 1, width: 2 }, defaultTransform, new Float32Array(6));
    expect(call).toThrow(/internal assertion.*5 bytes are not 1 × 2/);
  });
});

describe("outputSize", () => {
  it("is the crop's, else the size resized to", () => {
    expect(outputSize(defaultTransform)).toEqual({ height: 224, width: 224 });
    const { crop: _, ...uncropped } = defaultTransform;
    expect(outputSize({ ...uncropped, resize: { height: 32, width: 48 } })).toEqual({ height: 32, width: 48 });
  });
});

describe("validateTransform", () => {
  it("returns what is sound", () => {
    expect(validateTransform(defaultTransform)).toBe(defaultTransform);
    const { crop: _, ...uncropped } = defaultTransform;
    expect(() => validateTransform({ ...uncropped, resize: { height: 32, width: 48 } })).not.toThrow();
  });

  it.each<[string, Record<string, unknown>]>([
    ["image.resize", { resize: undefined }],
    ["image.resize.shortestEdge", { resize: { shortestEdge: 0 } }],
    ["image.resize.shortestEdge", { resize: { shortestEdge: 1e9 } }],
    ["image.resize.width", { resize: { height: 224, width: 22.5 } }],
    ["image.crop", { crop: undefined }],
    ["image.crop", { crop: 224 }],
    ["image.crop.height", { crop: { height: 257, width: 224 } }],
    ["image.crop.width", { crop: { height: 224, width: 200 }, resize: { height: 224, width: 199 } }],
    ["image.resample", { resample: "lanczos" }],
    ["image.mean", { mean: [0.5, 0.5] }],
    ["image.mean", { mean: [127, 127, 127] }],
    ["image.std", { std: [0.5, 0.5, 0] }],
    ["image.std", { std: ["1", 1, 1] }],
    ["image.std", { std: [Number.NaN, 1, 1] }],
    ["image.maxPixels", { maxPixels: 0 }],
    ["image.maxPixels", { maxPixels: Number.POSITIVE_INFINITY }],
  ])("names %s in %j", (name, change) => {
    expect.assertions(1);
    try {
      validateTransform({ ...defaultTransform, ...change } as ImageTransform);
    } catch (error) {
      expect(isRegraftError(error, "invalid-argument") && error.details.name).toBe(name);
    }
  });
});
