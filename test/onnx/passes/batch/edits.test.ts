// That an edited operator does to each photo what it should is checked with the rules, by running it.
import { describe, expect, it } from "vitest";
import { emit } from "../../../../src/onnx/emit.js";
import { createNode, type Node, type Value } from "../../../../src/onnx/graph.js";
import { editForAnyBatch } from "../../../../src/onnx/passes/batch/edits.js";
import { tensorOf } from "../../../../src/onnx/tensor-data.js";
import { float32, int64, type Tensor } from "../../../../src/tensor.js";

const constant = (tensor: Tensor, name = "c"): Value => ({
  name,
  dtype: tensor.dtype,
  shape: tensor.shape,
  constant: { tensor },
});
const ints = (...values: number[]): Value => constant(int64([values.length], values));
const x: Value = { name: "x", dtype: "float32", shape: ["batch", 6] };
const computed: Value = { name: "computed", dtype: "int64" };
const rows: Value = { name: "rows", dtype: "int64", shape: [1] };

function edited(opType: string, inputs: Value[], shapes: number[][], result: number[], isSized = true) {
  const node: Node = createNode({ opType, domain: "", name: opType, inputs, attributes: {} }, [{ name: "y" }]);
  const place = { axis: 0, inner: 1 };
  const places = inputs.map((value) => (value === x ? place : undefined));
  return editForAnyBatch({ node, places, place, shapes, result, batch: 2, rows, isSized });
}

const numbersIn = (value: Value | undefined) =>
  Array.from(tensorOf(value!.constant!).data as ArrayLike<bigint>, Number);

describe("editForAnyBatch", () => {
  it.each([
    ["a size that is open", ints(-1, 3, 2)],
    ["a size that is copied", ints(0, 3, -1)],
  ])("leaves a reshape alone that has %s", (_, target) => {
    expect(edited("Reshape", [x, target], [[2, 6], [3]], [2, 3, 2])).toBeUndefined();
  });

  it("replaces computed sizes, which may have the batch built in, where all photos have one size", () => {
    const change = edited("Reshape", [x, computed], [[2, 6], [3]], [2, 3, 2]);
    expect(change!.inputs![0]).toBe(x);
    expect(numbersIn(change!.inputs![1])).toEqual([-1, 3, 2]);
    expect(edited("Reshape", [x, computed], [[2, 6], [3]], [2, 3, 2], false)).toBeUndefined();
    expect(numbersIn(edited("Expand", [x, computed], [[2, 6], [3]], [3, 2, 6])!.inputs![1])).toEqual([1, 2, 6]);
  });

  it("cuts one row of what is computed for the batch", () => {
    const change = edited(
      "Add",
      [x, computed],
      [
        [2, 6],
        [2, 1],
      ],
      [2, 6],
    );
    const { opType, inputs } = change!.inputs![1]!.producer!;
    expect([opType, ...inputs.slice(1).map(numbersIn)]).toEqual(["Slice", [0], [1], [0]]);
    expect(
      edited(
        "Add",
        [x, computed],
        [
          [2, 6],
          [1, 6],
        ],
        [2, 6],
      )!.inputs,
    ).toEqual([x, computed]);
  });

  it("knows nothing of other operators and domains", () => {
    expect(
      edited(
        "Conv",
        [x, constant(float32([2, 6]))],
        [
          [2, 6],
          [2, 6],
        ],
        [2, 6],
      ),
    ).toBeUndefined();
  });
});

it("emits nodes with one output", () => {
  const y = emit("Neg", "y", [x]);
  expect(y).toMatchObject({ name: "y", producer: { opType: "Neg", domain: "", name: "y", inputs: [x] } });
});
