import { describe, expect, it } from "vitest";
import type { Value } from "../../../../src/onnx/graph.js";
import { withOneRow } from "../../../../src/onnx/passes/batch/equal-rows.js";
import { float32, int64, type Tensor } from "../../../../src/tensor.js";

const constant = (tensor: Tensor): Value => ({
  name: "c",
  dtype: tensor.dtype,
  shape: tensor.shape,
  constant: { tensor },
});
const tensorIn = (value: Value | undefined) => value?.constant && "tensor" in value.constant && value.constant.tensor;

describe("withOneRow", () => {
  it("keeps one of rows that are equal along an axis", () => {
    const first = constant(float32([2, 2, 2], [1, 2, 3, Number.NaN, 1, 2, 3, Number.NaN]));
    expect(tensorIn(withOneRow(first, 0))).toEqual(float32([1, 2, 2], [1, 2, 3, Number.NaN]));
    const second = constant(int64([2, 3, 1], [1, 1, 1, 2, 2, 2]));
    expect(tensorIn(withOneRow(second, 1))).toEqual(int64([2, 1, 1], [1, 2]));
  });

  it("takes floats for equal that were only rounded differently", () => {
    const rounded = constant(float32([2, 2], [1, 1e-8, 1.0000001, -1e-8]));
    expect(tensorIn(withOneRow(rounded, 0))).toEqual(float32([1, 2], [1, 1e-8]));
    expect(withOneRow(constant(float32([2, 2], [1, 0, 1, 1e-5])), 0)).toBeUndefined();
    expect(withOneRow(constant(int64([2], [2 ** 40, 2 ** 40 + 1])), 0)).toBeUndefined();
  });

  it("gives the constant itself when it has one row, nothing when they differ or are not known", () => {
    const one = constant(float32([1, 2], [1, 2]));
    expect(withOneRow(one, 0)).toBe(one);
    expect(withOneRow(one, 1)).toBeUndefined();
    expect(withOneRow({ name: "computed", shape: [2] }, 0)).toBeUndefined();
  });
});
