import { describe, expect, it } from "vitest";
import { createOps, type Ops } from "../../../src/onnx/builder.js";
import type { TypedValue } from "../../../src/onnx/shapes/dims.js";
import { float32 } from "../../../src/tensor.js";
import { differentiate } from "../../../src/training-graph/differentiate.js";
import { expectForAnyBatch } from "../../helpers/any-batch.js";
import { compute, input, numbersOf } from "../../helpers/run-graph.js";
import { testRule } from "./cases.js";

describe("against central differences", () => {
  testRule("Concat");
  testRule("DepthToSpace");
  testRule("Expand");
  testRule("Flatten");
  testRule("Reshape");
  testRule("SpaceToDepth");
  testRule("Split");
  testRule("Squeeze");
  testRule("Transpose");
  testRule("Unsqueeze");
});

describe("a batch of any size", () => {
  const table: [string, number[], (op: Ops, x: TypedValue) => TypedValue][] = [
    ["Concat", [2, 3], (op, x) => op.Concat([x, op.Neg(x)], { axis: 1 })],
    ["Concat along the batch", [2, 3], (op, x) => op.Concat([x, op.Neg(x)], { axis: 0 })],
    ["DepthToSpace", [2, 4, 3, 2], (op, x) => op.DepthToSpace(x, { blocksize: 2 })],
    ["Flatten", [2, 3, 2], (op, x) => op.Flatten(x)],
    ["Reshape", [2, 3, 4], (op, x) => op.Reshape(x, op.ints(0, 2, -1))],
    ["Reshape into the batch", [2, 3, 4], (op, x) => op.Reshape(x, op.ints(-1, 2))],
    ["SpaceToDepth", [2, 1, 4, 2], (op, x) => op.SpaceToDepth(x, { blocksize: 2 })],
    ["Split", [2, 3], (op, x) => op.Split(x, op.ints(1, 2), { axis: 1 })[1]!],
    ["Squeeze", [2, 3, 1], (op, x) => op.Squeeze(x)],
    ["Transpose", [2, 3, 4], (op, x) => op.Transpose(x, { perm: [2, 0, 1] })],
    ["Unsqueeze", [2, 3], (op, x) => op.Unsqueeze(x, op.ints(0, -1))],
  ];
  it.each(table)("%s", (_, shape, build) => expectForAnyBatch(build, shape));
});

describe("Expand and Concat", () => {
  it("of a class token and a batch's patches: the token's gradient is the sum over the batch", async () => {
    const op = createOps();
    const [token, patches] = [input("token", [1, 1, 2]), input("patches", ["batch", 2, 2])];
    const shape = op.Concat([op.Shape(patches, { end: 1 }), op.ints(1, 2)], { axis: 0 });
    const tokens = op.Concat([op.Expand(token, shape), patches], { axis: 1 });
    expect(tokens.shape).toEqual(["batch", 3, 2]);
    const loss = op.ReduceSum(op.Mul(tokens, op.Mul(tokens, tokens)), undefined, { keepdims: 0 });
    const gradients = differentiate(op, loss, [token, patches]);
    const feeds = { token: float32([1, 1, 2], [1, 2]), patches: float32([3, 2, 2], [...Array(12).keys()]) };
    const [dToken, dPatches] = await compute(gradients, [token, patches], feeds);
    expect(numbersOf(dToken!)).toEqual([9, 36]);
    expect(numbersOf(dPatches!)).toEqual([...Array(12).keys()].map((x) => 3 * x ** 2));
  });
});
