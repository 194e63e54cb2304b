import { describe, expect, it } from "vitest";
import { centreWindow, finerSize, middleOf, reductionSteps, resizedSize } from "../../src/datasets/resize.js";

const size = (width: number, height: number) => ({ height, width });

describe("resizedSize", () => {
  // torchvision.transforms.Resize(256) and transformers' get_resize_output_image_size.
  it.each([
    [size(500, 375), size(341, 256)],
    [size(375, 500), size(256, 341)],
    [size(499, 375), size(340, 256)],
    [size(256, 256), size(256, 256)],
    [size(28, 28), size(256, 256)],
    [size(1, 1000), size(256, 256_000)],
  ])("gives the shorter edge of %o 256 pixels: %o", (from, to) => {
    expect(resizedSize(from, { shortestEdge: 256 })).toEqual(to);
  });

  it("takes an exact size as it is", () => {
    expect(resizedSize(size(500, 375), size(224, 192))).toEqual(size(224, 192));
  });
});

describe("centreWindow", () => {
  it("leaves equal margins, or one pixel more at the bottom and right", () => {
    expect(centreWindow(size(256, 340), size(224, 224))).toEqual({ top: 58, left: 16, height: 224, width: 224 });
    expect(centreWindow(size(341, 256), size(224, 224))).toEqual({ top: 16, left: 58, height: 224, width: 224 });
  });

  it("agrees with torchvision's rounding half to even except where the margin leaves 3 when divided by 4", () => {
    const halfToEven = (x: number): number => (x % 1 === 0.5 ? 2 * Math.round(x / 2) : Math.round(x));
    for (let margin = 0; margin < 40; margin++) {
      const { left } = centreWindow(size(224 + margin, 224), size(224, 224));
      expect(halfToEven(margin / 2) - left).toBe(margin % 4 === 3 ? 1 : 0);
    }
  });
});

describe("finerSize", () => {
  it("is as large as the photo, from the size after resizing to so many times that", () => {
    const shortest = { shortestEdge: 100 };
    expect(finerSize({ height: 50, width: 80 }, shortest, 2)).toEqual({ height: 100, width: 160 });
    expect(finerSize({ height: 200, width: 130 }, shortest, 2)).toEqual({ height: 200, width: 130 });
    expect(finerSize({ height: 900, width: 600 }, shortest, 1.5)).toEqual({ height: 225, width: 150 });
    expect(finerSize({ height: 900, width: 600 }, shortest, 1)).toEqual(
      resizedSize({ height: 900, width: 600 }, shortest),
    );
    expect(finerSize({ height: 300, width: 150 }, { height: 100, width: 100 }, 2)).toEqual({ height: 150, width: 150 });
    expect(finerSize({ height: 30, width: 15 }, { height: 100, width: 90 }, 2)).toEqual({ height: 100, width: 90 });
  });
});

describe("middleOf", () => {
  it("is all of a photo, but of a strip four times as much as it is wide or high", () => {
    const shortest = { shortestEdge: 10 };
    expect(middleOf({ height: 10, width: 40 }, shortest)).toEqual({ top: 0, left: 0, height: 10, width: 40 });
    expect(middleOf({ height: 10, width: 1000 }, shortest)).toEqual({ top: 0, left: 480, height: 10, width: 40 });
    expect(middleOf({ height: 1000, width: 10 }, shortest)).toEqual({ top: 480, left: 0, height: 40, width: 10 });
    const exact = { height: 10, width: 1000 };
    expect(middleOf(exact, exact)).toEqual({ top: 0, left: 0, ...exact });
  });
});

describe("reductionSteps", () => {
  it("is one step below a factor of 4, two from there on", () => {
    expect(reductionSteps(size(500, 375), size(341, 256))).toEqual([size(341, 256)]);
    expect(reductionSteps(size(4000, 3000), size(341, 256))).toEqual([size(1329, 998), size(341, 256)]);
  });

  it("leaves an edge that grows, and does nothing when none shrinks", () => {
    expect(reductionSteps(size(400, 100), size(224, 224))).toEqual([size(224, 100)]);
    expect(reductionSteps(size(4000, 100), size(224, 224))).toEqual([size(873, 100), size(224, 100)]);
    expect(reductionSteps(size(100, 100), size(224, 224))).toEqual([]);
    expect(reductionSteps(size(224, 224), size(224, 224))).toEqual([]);
  });
});
