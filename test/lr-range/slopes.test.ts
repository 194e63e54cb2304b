import { expect, it } from "vitest";
import { slidingSlopes } from "../../src/lr-range/slopes.js";

it("fits a straight line exactly, whatever the spacing", () => {
  const x = [0, 1, 3, 4, 8];
  const y = x.map((value) => 2 - 0.5 * value);
  for (const slope of slidingSlopes(x, y, 1)) expect(slope).toBeCloseTo(-0.5, 12);
  expect(slidingSlopes(x, y, 1)).toHaveLength(3);
});

it("is the least-squares slope", () => {
  // numpy.polyfit([0, 1, 2, 3, 4], [1, 3, 2, 5, 4], 1)[0]
  expect(slidingSlopes([0, 1, 2, 3, 4], [1, 3, 2, 5, 4], 2)).toEqual([expect.closeTo(0.8, 12)]);
});

it("has no window in a curve shorter than one", () => {
  expect(slidingSlopes([1, 2], [1, 2], 1)).toEqual([]);
  expect(slidingSlopes([], [], 3)).toEqual([]);
});
