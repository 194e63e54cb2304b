import { describe, expect, it } from "vitest";
import {
  isAlone,
  isSamePlace,
  moved,
  placesAfterReshape,
  withoutAxes,
} from "../../../../src/onnx/passes/batch/place.js";

const first = { axis: 0, inner: 1 };

describe("placesAfterReshape", () => {
  it.each([
    ["flattening a map", first, [4, 8, 2, 2], [4, 32], [first]],
    ["heads", first, [4, 17, 32], [4, 17, 2, 16], [first]],
    ["tokens of all photos in rows", first, [4, 17, 32], [68, 32], [{ axis: 0, inner: 17 }]],
    ["and back", { axis: 0, inner: 17 }, [68, 32], [4, 17, 32], [first]],
    ["photos inside tokens", { axis: 1, inner: 1 }, [17, 4, 32], [68, 32], [first]],
    ["heads beside photos", { axis: 1, inner: 1 }, [17, 4, 32], [17, 8, 16], [{ axis: 1, inner: 2 }]],
    ["everything in a row", first, [4, 8, 2, 2], [128], [{ axis: 0, inner: 32 }]],
    ["what cannot be", { axis: 1, inner: 1 }, [6, 4, 2], [8, 6], []],
  ])("follows a batch of four: %s", (_, place, shape, target, expected) => {
    expect(placesAfterReshape(place, shape, target, 4)).toEqual(expected);
  });

  it.each([
    ["a dimension of one", first, [1, 16, 32], [1, 16, 2, 16], first],
    ["the first dimension of one", first, [1, 512], [1, 1, 512], first],
    ["windows", first, [1, 8, 8, 8, 8, 3], [64, 64, 3], { axis: 0, inner: 64 }],
    ["tokens of all photos in rows", { axis: 1, inner: 1 }, [17, 1, 32], [17, 32], first],
    ["heads beside photos", { axis: 1, inner: 1 }, [17, 1, 32], [17, 2, 16], { axis: 1, inner: 2 }],
  ])("guesses what a batch of one becomes: %s", (_, place, shape, target, likeliest) => {
    expect(placesAfterReshape(place, shape, target, 1)[0]).toEqual(likeliest);
  });

  it("knows more than one way for a batch of one", () => {
    const ways = placesAfterReshape({ axis: 1, inner: 1 }, [17, 1, 32], [17, 32], 1);
    expect(ways).toEqual([first, { axis: 1, inner: 32 }]);
  });
});

it("tells places apart, moves them, and counts what is left of dimensions", () => {
  expect([isSamePlace(first, { ...first }), isSamePlace(first, { axis: 0, inner: 2 })]).toEqual([true, false]);
  expect(moved({ axis: 2, inner: 3 }, (axis) => axis - 1)).toEqual([{ axis: 1, inner: 3 }]);
  expect([moved(undefined, () => 0), moved(first, () => undefined)]).toEqual([[], []]);
  expect([withoutAxes([0, 2], 3), withoutAxes([2], 1)]).toEqual([1, 1]);
  expect([isAlone(first, [4, 2], 4), isAlone(first, [8, 2], 4), isAlone({ axis: 0, inner: 2 }, [4], 4)]).toEqual([
    true,
    false,
    false,
  ]);
});
