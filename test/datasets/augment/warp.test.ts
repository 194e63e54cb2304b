import { describe, expect, it } from "vitest";
import type { Affine } from "../../../src/datasets/augment/view.js";
import { warp } from "../../../src/datasets/augment/warp.js";
import { bytesOf, fixture, pattern } from "./augment-fixture.js";

const affineOf = ([xx, xy, x0, yx, yy, y0]: readonly number[]): Affine =>
  ({ xx, xy, x0, yx, yy, y0 }) as Record<keyof Affine, number>;

/** The pixel at a place. */
const at = ({ data, width }: ReturnType<typeof pattern>, x: number, y: number) => [
  ...data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3),
];

describe("warp", () => {
  it.each(fixture.warps)("equals numpy: $name", ({ matrix, rgb }) => {
    expect(warp(pattern(), affineOf(matrix), { height: 8, width: 8 })).toEqual(bytesOf(rgb));
  });

  it("copies where nothing changes, flips into the exact mirror image, turns by right angles exactly", () => {
    const picture = pattern();
    const { height, width } = picture;
    expect(warp(picture, affineOf([1, 0, 0, 0, 1, 0]), picture)).toEqual(picture.data);
    const everywhere = (size: { height: number; width: number }, place: (x: number, y: number) => [number, number]) =>
      Array.from({ length: size.height * size.width }, (_, i) =>
        at(picture, ...place(i % size.width, Math.floor(i / size.width))),
      ).flat();
    const mirrored = warp(picture, affineOf([-1, 0, width - 1, 0, 1, 0]), picture);
    expect([...mirrored]).toEqual(everywhere(picture, (x, y) => [width - 1 - x, y]));
    const onSide = { height: width, width: height };
    const turned = warp(picture, affineOf([0, 1, 0, -1, 0, height - 1]), onSide);
    expect([...turned]).toEqual(everywhere(onSide, (x, y) => [y, height - 1 - x]));
  });

  it("mirrors a picture of one pixel into that pixel", () => {
    const one = { height: 1, width: 1, data: Uint8Array.of(7, 8, 9) };
    expect([...warp(one, affineOf([1.3, 0.2, -5, 0.1, 0.9, 3]), { height: 1, width: 2 })]).toEqual([7, 8, 9, 7, 8, 9]);
  });

  it("averages where it shrinks: a fine pattern becomes grey", () => {
    const stripes = {
      height: 12,
      width: 12,
      data: Uint8Array.from({ length: 432 }, (_, i) => (Math.floor(i / 3) % 2) * 200),
    };
    const reduced = warp(stripes, affineOf([4, 0, 1.5, 0, 4, 1.5]), { height: 3, width: 3 });
    expect([...reduced]).toEqual(Array(27).fill(100));
  });
});
