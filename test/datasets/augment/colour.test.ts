import { describe, expect, it } from "vitest";
import { changeColours } from "../../../src/datasets/augment/colour.js";
import type { ColourStep } from "../../../src/datasets/augment/view.js";
import { bytesOf, fixture, pattern } from "./augment-fixture.js";

function changed(rgb: Uint8Array | readonly number[], ...steps: ColourStep[]): Uint8Array {
  const copy = Uint8Array.from(rgb);
  changeColours(copy, steps);
  return copy;
}

describe("changeColours", () => {
  it.each(fixture.colours.filter(({ kind }) => kind !== "hue"))(
    "equals Pillow bit for bit: $kind by $by",
    ({ rgb, ...step }) => {
      expect(changed(pattern().data, step)).toEqual(bytesOf(rgb));
    },
  );

  it.each(fixture.colours.filter(({ kind }) => kind === "hue"))(
    "equals Python's colorsys: hue by $by",
    ({ rgb, ...step }) => {
      expect(changed(pattern().data, step)).toEqual(bytesOf(rgb));
    },
  );

  it("turns pure colours into one another, a third of the circle each, and leaves greys alone", () => {
    const third = { kind: "hue", by: 1 / 3 } as const;
    expect([...changed([255, 0, 0, 0, 255, 0, 0, 0, 255, 90, 90, 90], third)]).toEqual([
      0, 255, 0, 0, 0, 255, 255, 0, 0, 90, 90, 90,
    ]);
  });

  it("takes the steps in order", () => {
    const [brighter, flat] = [{ kind: "brightness", by: 1.5 } as const, { kind: "contrast", by: 0 } as const];
    // 200 is 255 when it is brightened first, and then the mean of 150 and 255; else the mean of 100 and 200, brightened.
    expect([...changed([100, 100, 100, 200, 200, 200], brighter, flat)]).toEqual(Array(6).fill(203));
    expect([...changed([100, 100, 100, 200, 200, 200], flat, brighter)]).toEqual(Array(6).fill(225));
  });
});
