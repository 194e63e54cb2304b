import { describe, expect, it } from "vitest";
import { defaultTransform } from "../../../../src/datasets/transform.js";
import { onePhoto, repeated, sameFeatures, twoPhotos } from "../../../../src/learner/engine/model/probe-photos.js";
import { float32 } from "../../../../src/tensor.js";

describe("twoPhotos", () => {
  it("are two, of the transform's size, and differ", () => {
    const photos = twoPhotos({ ...defaultTransform, crop: { height: 4, width: 6 } });
    expect(photos.shape).toEqual([2, 3, 4, 6]);
    expect(onePhoto(photos, 0).data).not.toEqual(onePhoto(photos, 1).data);
    expect(Math.max(...photos.data)).toBeLessThan(2);
    expect(Math.min(...photos.data)).toBeGreaterThanOrEqual(-2);
  });
});

describe("repeated", () => {
  it("takes photos in turn", () => {
    const photos = float32([2, 1, 1, 2], [1, 2, 3, 4]);
    expect(repeated(photos, 3)).toEqual(float32([3, 1, 1, 2], [1, 2, 3, 4, 1, 2]));
    expect(onePhoto(photos, 1)).toEqual(float32([1, 1, 1, 2], [3, 4]));
  });
});

describe("sameFeatures", () => {
  const same = (a: number[], b: number[]) => sameFeatures(Float32Array.from(a), Float32Array.from(b));
  it("allows for rounding, in units of the largest", () => {
    expect(same([1000, 0], [1000, 0.9])).toBe(true);
    expect(same([1000, 0], [1000, 1.1])).toBe(false);
    expect(same([Number.NaN, 1], [Number.NaN, 1])).toBe(true);
    expect(same([Number.NaN, 1], [0, 1])).toBe(false);
  });
});
