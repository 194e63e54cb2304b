import { describe, expect, it } from "vitest";
import { blankTargets, pickTargets, sliceTargets, targetsOf } from "../../../../src/learner/engine/features/targets.js";
import { float32, int32 } from "../../../../src/tensor.js";

const classes = ["a", "b", "c"];

describe("targetsOf", () => {
  it("numbers classes", () => {
    expect(targetsOf([2, 0], { task: "single-label", classes })).toEqual(int32([2], [2, 0]));
  });

  it("says of every label whether a photo has it, of none too", () => {
    const targets = targetsOf([[0, 2], [], [1]], { task: "multi-label", classes });
    expect(targets).toEqual(float32([3, 3], [1, 0, 1, 0, 0, 0, 0, 1, 0]));
  });

  it("takes values as they are", () => {
    const targets = targetsOf([[1.5, -2, 0]], { task: "regression", classes });
    expect(targets).toEqual(float32([1, 3], [1.5, -2, 0]));
  });

  it("has a width without photos", () => {
    expect(targetsOf([], { task: "regression", classes }).shape).toEqual([0, 3]);
    expect(targetsOf([], { task: "single-label", classes }).shape).toEqual([0]);
  });
});

const numbers = float32([4, 2], [0, 1, 2, 3, 4, 5, 6, 7]);
const labels = int32([4], [3, 1, 4, 1]);

describe("sliceTargets", () => {
  it("gives rows as views", () => {
    const slice = sliceTargets(numbers, 1, 3);
    expect(slice).toEqual(float32([2, 2], [2, 3, 4, 5]));
    expect(slice.data.buffer).toBe(numbers.data.buffer);
    expect(sliceTargets(labels, 2, 4)).toEqual(int32([2], [4, 1]));
  });
});

describe("pickTargets", () => {
  it("copies rows in any order, and more than once", () => {
    expect(pickTargets(numbers, [3, 0, 3])).toEqual(float32([3, 2], [6, 7, 0, 1, 6, 7]));
    expect(pickTargets(labels, Int32Array.of(2, 0))).toEqual(int32([2], [4, 3]));
  });
});

describe("blankTargets", () => {
  it("is as the loss takes it", () => {
    expect(blankTargets({ dtype: "int32" }, 2)).toEqual(int32([2], [0, 0]));
    expect(blankTargets({ dtype: "float32", width: 3 }, 2)).toEqual(float32([2, 3]));
  });
});
