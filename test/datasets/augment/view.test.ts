import { describe, expect, it } from "vitest";
import type { PhotoAugment } from "../../../src/datasets/augment/augment-spec.js";
import { drawView, plainView } from "../../../src/datasets/augment/view.js";
import { defaultTransform } from "../../../src/datasets/transform.js";
import { stream } from "../../../src/random.js";
import { drawsOf, nothing } from "./augment-specs.js";

const { crop: _, ...uncropped } = defaultTransform;
const square = { ...uncropped, resize: { height: 10, width: 10 } };

/** Views of 2,000 photos of this size. */
const views = (spec: Partial<PhotoAugment>, size = { height: 30, width: 40 }) =>
  Array.from({ length: 2000 }, (_, i) => drawView({ ...nothing, ...spec }, size, square, drawsOf(i)));

/** Where the corners of the output lie in the picture, in whole pixels from its upper left edge. */
function boxOf({ warp: { xx, xy, x0, yx, yy, y0 } }: ReturnType<typeof drawView>) {
  const at = (x: number, y: number) => [xx * x + xy * y + x0 + 0.5, yx * x + yy * y + y0 + 0.5] as const;
  const [left, top] = at(-0.5, -0.5);
  const [right, bottom] = at(9.5, 9.5);
  return { left, top, width: right - left, height: bottom - top };
}

describe("plainView", () => {
  it("is the centre crop, to the pixel, of a picture as large as the transform makes it", () => {
    expect(plainView({ height: 256, width: 341 }, defaultTransform)).toEqual({
      warp: { xx: 1, xy: 0, x0: 58, yx: 0, yy: 1, y0: 16 },
      colour: [],
      erased: undefined,
    });
  });

  it("is the same part of a picture that is larger", () => {
    const { warp } = plainView({ height: 512, width: 682 }, defaultTransform);
    expect(warp).toEqual({ xx: 2, xy: 0, x0: 117 + 0.5, yx: 0, yy: 2, y0: 32 + 0.5 });
  });

  it("is all of a picture that nothing is cropped from", () => {
    expect(boxOf(plainView({ height: 30, width: 40 }, square))).toEqual({ left: 0, top: 0, width: 40, height: 30 });
  });
});

describe("drawView", () => {
  it("is the plain view where everything is off", () => {
    const size = { height: 300, width: 400 };
    expect(drawView(nothing, size, defaultTransform, drawsOf(1))).toEqual(plainView(size, defaultTransform));
  });

  it("draws the same from the same stream, and what is on changes nothing of the rest", () => {
    const size = { height: 30, width: 40 };
    const all: PhotoAugment = {
      randomResizedCrop: { scale: [0.5, 1], ratio: [0.75, 4 / 3] },
      horizontalFlip: 0.5,
      verticalFlip: 0.5,
      rotation: 20,
      colorJitter: { brightness: 0.2, contrast: 0.2, saturation: 0.2, hue: 0.1 },
      randomErasing: 1,
    };
    const view = drawView(all, size, square, drawsOf(7));
    expect(drawView(all, size, square, drawsOf(7))).toEqual(view);
    expect(drawView(all, size, square, drawsOf(8))).not.toEqual(view);
    const { colour, erased } = drawView({ ...all, randomResizedCrop: false, rotation: 0 }, size, square, drawsOf(7));
    expect({ colour, erased }).toEqual({ colour: view.colour, erased: view.erased });
  });

  it("crops shares of the area and ratios within their bounds, inside the picture, anywhere", () => {
    const boxes = views({ randomResizedCrop: { scale: [0.2, 0.5], ratio: [0.5, 2] } }).map(boxOf);
    const areas = boxes.map(({ width, height }) => (width * height) / 1200);
    const ratios = boxes.map(({ width, height }) => width / height);
    expect(Math.min(...areas)).toBeGreaterThanOrEqual(0.2 - 1e-9);
    expect(Math.max(...areas)).toBeLessThanOrEqual(0.5 + 1e-9);
    // Uniform, so about half are on either side of the middle.
    expect(areas.filter((area) => area < 0.35).length / 2000).toBeCloseTo(0.5, 1);
    expect(Math.min(...ratios)).toBeGreaterThanOrEqual(0.5 - 1e-6);
    expect(Math.max(...ratios)).toBeLessThanOrEqual(2 + 1e-6);
    // Of logarithms: as many are wide as are high, but for those wide ones that do not fit.
    expect(ratios.filter((ratio) => ratio < 1).length / 2000).toBeCloseTo(0.5, 1);
    for (const { left, top, width, height } of boxes) {
      expect(Math.min(left, top)).toBeGreaterThanOrEqual(-1e-9);
      expect(left + width).toBeLessThanOrEqual(40 + 1e-9);
      expect(top + height).toBeLessThanOrEqual(30 + 1e-9);
    }
    expect(boxes.some(({ left }) => left < 1) && boxes.some(({ left, width }) => left + width > 39)).toBe(true);
  });

  it("takes the largest part in the middle where no crop fits", () => {
    const only = { randomResizedCrop: { scale: [1, 1], ratio: [1, 1] } } as const;
    expect(boxOf(drawView({ ...nothing, ...only }, { height: 30, width: 40 }, square, drawsOf(0)))).toEqual({
      left: 5,
      top: 0,
      width: 30,
      height: 30,
    });
    expect(boxOf(drawView({ ...nothing, ...only }, { height: 40, width: 30 }, square, drawsOf(0)))).toEqual({
      left: 0,
      top: 5,
      width: 30,
      height: 30,
    });
  });

  it("flips as often as it is told", () => {
    const share = (spec: Partial<PhotoAugment>, of: "xx" | "yy") =>
      views(spec).filter(({ warp }) => warp[of] < 0).length / 2000;
    expect(share({ horizontalFlip: 0.5 }, "xx")).toBeCloseTo(0.5, 1);
    expect(share({ horizontalFlip: 0.1 }, "xx")).toBeCloseTo(0.1, 1);
    expect(share({ horizontalFlip: 1 }, "xx")).toBe(1);
    expect(share({ horizontalFlip: 1 }, "yy")).toBe(0);
    expect(share({ verticalFlip: 1 }, "yy")).toBe(1);
  });

  it("turns by up to so many degrees either way, about the middle", () => {
    const angles = views({ rotation: 30 }, { height: 10, width: 10 }).map(({ warp: { xx, xy, yx, yy, x0, y0 } }) => {
      expect([xx * 4.5 + xy * 4.5 + x0, yx * 4.5 + yy * 4.5 + y0].map((x) => x.toFixed(9))).toEqual(
        Array(2).fill("4.500000000"),
      );
      expect(xx * yy - xy * yx).toBeCloseTo(1, 6);
      return (Math.atan2(xy, xx) * 180) / Math.PI;
    });
    expect(Math.max(...angles)).toBeLessThanOrEqual(30);
    expect(Math.max(...angles)).toBeGreaterThan(29);
    expect(Math.min(...angles)).toBeLessThan(-29);
  });

  it("jitters colours by factors around 1 that are never negative, and turns hues, in any order", () => {
    const drawn = views({ colorJitter: { brightness: 0.2, contrast: 1.5, saturation: 0, hue: 0.1 } });
    const of = (kind: string) => drawn.map(({ colour }) => colour.find((step) => step.kind === kind)?.by ?? Number.NaN);
    expect([Math.min(...of("brightness")), Math.max(...of("brightness"))].map((x) => x.toFixed(2))).toEqual([
      "0.80",
      "1.20",
    ]);
    expect([Math.min(...of("contrast")), Math.max(...of("contrast"))].map((x) => x.toFixed(1))).toEqual(["0.0", "2.5"]);
    expect([Math.min(...of("hue")), Math.max(...of("hue"))].map((x) => x.toFixed(2))).toEqual(["-0.10", "0.10"]);
    const orders = new Set(drawn.map(({ colour }) => colour.map(({ kind }) => kind).join()));
    expect(orders.size).toBe(6);
    expect([...orders].every((order) => !order.includes("saturation"))).toBe(true);
  });

  it("erases as often as it is told, between a fiftieth and a third of the photo, wholly inside", () => {
    const large = { ...uncropped, resize: { height: 100, width: 100 } };
    const drawn = Array.from({ length: 1000 }, (_, i) =>
      drawView({ ...nothing, randomErasing: 0.25 }, { height: 30, width: 40 }, large, drawsOf(i)),
    ).flatMap(({ erased }) => erased ?? []);
    expect(drawn.length / 1000).toBeCloseTo(0.25, 1);
    for (const { top, left, height, width } of drawn) {
      expect(Math.min(top, left)).toBeGreaterThanOrEqual(0);
      expect(Math.max(top + height, left + width)).toBeLessThanOrEqual(100);
      expect((height * width) / 1e4).toBeGreaterThan(0.018);
      expect((height * width) / 1e4).toBeLessThan(0.35);
    }
  });

  it("draws from streams of their own", () => {
    const asked: string[] = [];
    drawView(nothing, { height: 3, width: 3 }, square, (what) => {
      asked.push(what);
      return stream(0, what);
    });
    expect(new Set(asked).size).toBe(asked.length);
  });
});
