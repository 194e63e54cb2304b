import { describe, expect, it } from "vitest";
import { type Attribute, createNode, type Value } from "../../../src/onnx/graph.js";
import { extentOf, resultExtent } from "../../../src/onnx/passes/static-extents.js";
import { float32, int64, sizeOf, type Tensor } from "../../../src/tensor.js";
import { compute } from "../../helpers/run-graph.js";

const constant = (name: string, tensor: Tensor): Value => ({
  name,
  dtype: tensor.dtype,
  shape: tensor.shape,
  constant: { tensor },
});

const floats = (...shape: number[]): Value => constant("f", float32(shape, new Float32Array(sizeOf(shape)).fill(1)));
const ints = (...values: number[]): Value => constant("i", int64([values.length], values));
const scalar = (value: number): Value => constant("s", int64([], [value]));

const apply = (
  opType: string,
  inputs: (Value | undefined)[],
  attributes: Record<string, Attribute> = {},
  domain = "",
) => createNode({ opType, domain, name: opType, inputs, attributes }, [{ name: "y" }]);

const extentIn = (node: ReturnType<typeof apply>) =>
  resultExtent(
    node,
    node.inputs.map((value) => value && extentOf(value.shape as number[])),
  );

const int = (value: number): Attribute => ({ type: "INT", value });
const list = (...value: number[]): Attribute => ({ type: "INTS", value });

describe("resultExtent", () => {
  it.each([
    ["Neg", [floats(2, 3)]],
    ["Add", [floats(2, 3, 1), floats(4)]],
    ["Where", [constant("b", { dtype: "bool", shape: [3, 1], data: new Uint8Array(3) }), floats(1), floats(2, 1, 4)]],
    ["Transpose", [floats(2, 3, 4)]],
    ["Transpose", [floats(2, 3, 4)], { perm: list(1, 2, 0) }],
    ["Reshape", [floats(2, 3, 4), ints(0, -1)]],
    ["Reshape", [floats(2, 3, 4), ints(4, 6)]],
    ["Squeeze", [floats(1, 3, 1), ints(-1)]],
    ["Unsqueeze", [floats(3), ints(0, -1)]],
    ["Gather", [floats(5, 4), ints(1, 2, 1)]],
    ["Gather", [floats(5, 4), scalar(2)], { axis: int(1) }],
    ["GatherElements", [floats(2, 4), constant("g", int64([2, 3], [0, 1, 2, 1, 1, 1]))], { axis: int(1) }],
    ["Concat", [floats(2, 3), floats(2, 1)], { axis: int(-1) }],
    ["ConstantOfShape", [ints(3, 5)]],
    ["Expand", [floats(3, 1), ints(2, 1, 4)]],
    ["Tile", [floats(2, 3), ints(2, 4)]],
    ["Pad", [floats(2, 3), ints(0, 1, 0, 2)]],
    ["Range", [scalar(2), scalar(9), scalar(3)]],
    ["Resize", [floats(1, 2, 3, 3), undefined, undefined, ints(1, 2, 5, 7)]],
    ["MatMul", [floats(5, 1, 2, 3), floats(4, 3, 6)]],
    ["MatMul", [floats(3), floats(3, 6)]],
    ["ReduceSum", [floats(2, 3, 4), ints(1, -1)]],
    ["ReduceSum", [floats(2, 3, 4), ints(1)], { keepdims: int(0) }],
    ["ReduceSum", [floats(2, 3, 4)]],
    ["Shape", [floats(2, 3, 4)]],
    ["Size", [floats(2, 3, 4)]],
  ] as const)(
    "knows what shape %s gives (case %#)",
    async (opType, inputs, attributes: Record<string, Attribute> = {}) => {
      const node = apply(opType, [...inputs], attributes);
      const [result] = await compute([node.outputs[0]!]);
      // MatMul with a vector is one dimension short; its size is right.
      const shape = extentIn(node)!.shape!;
      expect(shape.filter((size) => opType !== "MatMul" || size !== 1)).toEqual(
        result!.shape.filter((size) => opType !== "MatMul" || size !== 1),
      );
      expect(extentIn(node)!.size).toBe(sizeOf(result!.shape));
    },
  );

  it("bounds what it does not know", () => {
    const computed: Value = { name: "shape", dtype: "int64", shape: [2] };
    expect(extentIn(apply("Reshape", [floats(2, 3), computed]))).toEqual({ shape: undefined, size: 6 });
    expect(extentIn(apply("Slice", [floats(2, 3), ints(0), ints(1)]))).toEqual({ shape: undefined, size: 6 });
    const unknown = { shape: undefined, size: 6 };
    expect(resultExtent(apply("Add", []), [unknown, extentOf([4])])).toEqual({ shape: undefined, size: 24 });
    expect(resultExtent(apply("Concat", []), [unknown, extentOf([4])])).toEqual({ shape: undefined, size: 10 });
  });

  it("says nothing where it cannot bound", () => {
    const computed: Value = { name: "shape", dtype: "int64", shape: [2] };
    expect(extentIn(apply("Expand", [floats(1), computed]))).toBeUndefined();
    expect(extentIn(apply("RandomNormalLike", [floats(1)]))).toBeUndefined();
    expect(extentIn(apply("Neg", [floats(1)], {}, "com.example"))).toBeUndefined();
    expect(extentIn(apply("Resize", [floats(1, 1), undefined, floats(2)]))).toBeUndefined();
    expect(
      extentIn(apply("Reshape", [floats(100), constant("s", int64([100], new Array(100).fill(1)))])),
    ).toMatchObject({ size: 100 });
  });
});
