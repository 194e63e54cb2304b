import { describe, expect, it } from "vitest";
import { createNode, type Value } from "../../../../src/onnx/graph.js";
import { gathersAll } from "../../../../src/onnx/passes/batch/layout-rules.js";
import { int64 } from "../../../../src/tensor.js";
import { checkPlace, int, ints, list, type OperatorCase, photos, waysOf } from "./check-operator.js";

const first = { axis: 0, inner: 1 };
const enumeration = (...shape: number[]) =>
  int64(
    shape,
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
  );

describe("the rules of layout", () => {
  it.each<[string, OperatorCase, { axis: number; inner: number }]>([
    [
      "Transpose",
      { opType: "Transpose", inputs: [photos([1, 3, 2])], attributes: { perm: list(2, 0, 1) } },
      { axis: 1, inner: 1 },
    ],
    ["Transpose, all turned round", { opType: "Transpose", inputs: [photos([1, 3, 2])] }, { axis: 2, inner: 1 }],
    ["Reshape to sizes", { opType: "Reshape", inputs: [photos([1, 3, 4]), ints(2, 12)] }, first],
    ["Reshape that lets another size open", { opType: "Reshape", inputs: [photos([1, 3, 4]), ints(2, 6, -1)] }, first],
    ["Reshape that lets the batch open", { opType: "Reshape", inputs: [photos([1, 3, 4]), ints(-1, 6, 2)] }, first],
    ["Reshape that copies the batch", { opType: "Reshape", inputs: [photos([1, 3, 4]), ints(0, -1)] }, first],
    ["Reshape of windows", { opType: "Reshape", inputs: [photos([1, 4, 3]), ints(8, 3)] }, { axis: 0, inner: 4 }],
    ["Flatten", { opType: "Flatten", inputs: [photos([1, 3, 2])] }, first],
    [
      "Flatten, the batch among others",
      { opType: "Flatten", inputs: [photos([3, 1, 2, 4], 1)], attributes: { axis: int(3) } },
      { axis: 0, inner: 2 },
    ],
    ["Flatten, the batch in the rest", { opType: "Flatten", inputs: [photos([3, 1, 2], 1)] }, { axis: 1, inner: 2 }],
    ["Squeeze", { opType: "Squeeze", inputs: [photos([1, 3, 1], 1), ints(0, -1)] }, first],
    ["Squeeze of all that is one", { opType: "Squeeze", inputs: [photos([1, 3, 1])] }, first],
    ["Unsqueeze", { opType: "Unsqueeze", inputs: [photos([1, 3]), ints(0, -1)] }, { axis: 1, inner: 1 }],
    ["Gather of one", { opType: "Gather", inputs: [photos([3, 1, 2], 1), int64([], [2])] }, first],
    [
      "Gather of several",
      { opType: "Gather", inputs: [photos([1, 3, 2]), int64([1, 2], [2, 0])], attributes: { axis: int(1) } },
      first,
    ],
    ["Gather of everything", { opType: "Gather", inputs: [photos([6], 0, 6), enumeration(2, 3, 2)] }, first],
    ["Slice beside the batch", { opType: "Slice", inputs: [photos([1, 5]), ints(1), ints(3), ints(1)] }, first],
    ["Slice of the whole batch", { opType: "Slice", inputs: [photos([1, 5]), ints(0, 1), ints(2, 3)] }, first],
    ["Expand", { opType: "Expand", inputs: [photos([1, 1, 3]), ints(2, 4, 3)] }, first],
    ["Expand to more dimensions", { opType: "Expand", inputs: [photos([1, 3]), ints(4, 2, 3)] }, { axis: 1, inner: 1 }],
    ["Tile", { opType: "Tile", inputs: [photos([1, 3]), ints(1, 2)] }, first],
    ["Pad", { opType: "Pad", inputs: [photos([1, 3]), ints(0, 1, 0, 2)] }, first],
    [
      "Resize",
      {
        opType: "Resize",
        inputs: [photos([1, 2, 3, 3]), undefined, undefined, ints(2, 2, 5, 6)],
        attributes: { mode: { type: "STRING", value: "linear" } },
      },
      first,
    ],
  ])("follow each photo through %s", (_, operator, place) => checkPlace(operator, place));

  it.each<[string, OperatorCase]>([
    ["Squeeze of the batch", { opType: "Squeeze", inputs: [photos([1, 3]), ints(0)] }],
    ["Gather of a photo", { opType: "Gather", inputs: [photos([1, 3]), int64([], [0])] }],
    ["Slice of some photos", { opType: "Slice", inputs: [photos([1, 3]), ints(0), ints(1), ints(0)] }],
    [
      "Slice that turns the batch round",
      { opType: "Slice", inputs: [photos([1, 3]), ints(-1), ints(-9), ints(0), ints(-1)] },
    ],
    ["Pad with other photos", { opType: "Pad", inputs: [photos([1, 3]), ints(1, 0, 0, 0)] }],
  ])("refuse %s", async (_, operator) => {
    expect(await waysOf(operator, operator.opType === "Squeeze" ? 1 : 2)).toEqual([]);
  });
});

describe("gathersAll", () => {
  it("tells a new layout from a choice", () => {
    const data: Value = { name: "x", dtype: "float32", shape: [4] };
    const node = (...indices: number[]) => {
      const tensor = int64([indices.length], indices);
      const value: Value = { name: "i", dtype: "int64", shape: tensor.shape, constant: { tensor } };
      return createNode({ opType: "Gather", domain: "", name: "", inputs: [data, value], attributes: {} }, []);
    };
    expect(gathersAll({ node: node(0, 1, 2, 3), shapes: [[4], [4]] })).toBe(true);
    expect(gathersAll({ node: node(0, 1, 3, 2), shapes: [[4], [4]] })).toBe(false);
    expect(gathersAll({ node: node(0, 1, 2), shapes: [[4], [3]] })).toBe(false);
    expect(gathersAll({ node: node(0, 1, 2, 3), shapes: [[4, 2], [4]] })).toBe(false);
  });
});
