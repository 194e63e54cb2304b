import { describe, expect, it } from "vitest";
import { augmented, decodeScale } from "../../../src/datasets/augment/augmented.js";
import { plainView } from "../../../src/datasets/augment/view.js";
import { defaultTransform } from "../../../src/datasets/transform.js";
import { pattern } from "./augment-fixture.js";
import { nothing } from "./augment-specs.js";

const transform = { ...defaultTransform, resize: { shortestEdge: 11 }, crop: { height: 8, width: 6 } };

describe("augmented", () => {
  const picture = pattern();
  const plain = plainView(picture, transform);

  it("is the centre crop of the picture where the view changes nothing", () => {
    const rows = Array.from({ length: 8 }, (_, y) => [
      ...picture.data.subarray(((1 + y) * 13 + 3) * 3).subarray(0, 18),
    ]);
    expect([...augmented(picture, plain, transform)]).toEqual(rows.flat());
  });

  it("erases with the mean colour, after the colours have changed", () => {
    const view = {
      ...plain,
      colour: [{ kind: "brightness", by: 0 } as const],
      erased: { top: 2, left: 1, height: 3, width: 2 },
    };
    const mean = defaultTransform.mean.map((value) => Math.round(255 * value));
    const expected = Array.from({ length: 48 }, (_, i) => {
      const [x, y] = [i % 6, Math.floor(i / 6)];
      return y >= 2 && y < 5 && x >= 1 && x < 3 ? mean : [0, 0, 0];
    });
    expect([...augmented(picture, view, transform)]).toEqual(expected.flat());
  });
});

describe("decodeScale", () => {
  const crop = (least: number) => ({ ...nothing, randomResizedCrop: { scale: [least, 1], ratio: [1, 1] } as const });

  it("is what keeps the smallest crop from being blown up, between 1 and 2", () => {
    expect(decodeScale(crop(0.35), defaultTransform)).toBeCloseTo(224 / (256 * Math.sqrt(0.35)), 12);
    expect(decodeScale(crop(0.08), defaultTransform)).toBe(2);
    expect(decodeScale(crop(0.9), defaultTransform)).toBe(1);
    expect(decodeScale(nothing, defaultTransform)).toBe(1);
    const { crop: _, ...uncropped } = defaultTransform;
    expect(decodeScale(crop(0.64), { ...uncropped, resize: { height: 20, width: 30 } })).toBeCloseTo(1.25, 12);
  });
});
