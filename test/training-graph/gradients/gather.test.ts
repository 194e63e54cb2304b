import { describe, expect, it } from "vitest";
import { createOps, type Ops } from "../../../src/onnx/builder.js";
import type { TypedValue } from "../../../src/onnx/shapes/dims.js";
import { float32, int32, int64, sizeOf, type Tensor } from "../../../src/tensor.js";
import { expectForAnyBatch, gradientOf } from "../../helpers/any-batch.js";
import { compute, input } from "../../helpers/run-graph.js";
import { testRule } from "./cases.js";

describe("against central differences", () => {
  testRule("Gather");
});

describe("a batch of any size", () => {
  const table: [string, number[], (op: Ops, x: TypedValue) => TypedValue][] = [
    ["one token", [2, 3, 2], (op, x) => op.Gather(x, 0, { axis: 1 })],
    ["tokens, some of them twice", [2, 3, 2], (op, x) => op.Gather(x, op.ints(2, 0, 2), { axis: 1 })],
    [
      "a table of tokens",
      [2, 3, 2],
      (op, x) => op.Gather(x, op.constant("table", int64([2, 2], [2, 0, 2, 1])), { axis: 1 }),
    ],
    [
      "before the batch",
      [2, 3],
      (op, x) => op.Gather(op.Transpose(x), op.constant("table", int64([2, 2], [2, 0, 2, 1]))),
    ],
  ];
  it.each(table)("%s", (_, shape, build) => expectForAnyBatch(build, shape));
});

describe("computed indices: as constant ones", () => {
  const table: [axis: number, data: number[], indices: Tensor][] = [
    [0, [4, 2], int64([5], [3, 0, -1, 0, -4])],
    [0, [4, 2, 3], int32([2, 2], [1, -2, 2, 1])],
    [1, [2, 3], int32([2], [2, -1])],
    [-2, [2, 3, 2], int64([], [-1])],
    [-1, [2, 3, 4], int64([2, 1], [3, 3])],
  ];
  it.each(table)("along axis %j of %j", async (axis, shape, tensor) => {
    const values = float32(shape, [...Array(sizeOf(shape)).keys()]);
    const of = async (indicesOf: (op: Ops) => TypedValue) => {
      const op = createOps();
      const [x, indices] = [input("x", shape), indicesOf(op)];
      const dX = gradientOf(op, op.Gather(x, indices, { axis }), x);
      expect(dX.shape).toEqual(shape);
      const inputs = indices.constant ? [x] : [x, indices];
      const feeds = { x: values, ...(!indices.constant && { indices: tensor }) };
      return (await compute([dX], inputs, feeds))[0];
    };
    const computed = await of(() => input("indices", tensor.shape, tensor.dtype));
    expect(computed).toEqual(await of((op) => op.constant("indices", tensor)));
  });
});

describe("what only a run could tell is refused", () => {
  const op = createOps();
  const x = input("x", ["batch", 4]);
  const table: [string, TypedValue][] = [
    ["the first of a batch", op.Gather(x, 0)],
    ["computed indices before the batch", op.Gather(op.Transpose(x), input("indices", [2], "int64"))],
  ];
  it.each(table)("%s", (_, y) => {
    expect(() => gradientOf(createOps(), y, x)).toThrow(/^No gradient for Gather \(/);
  });
});
