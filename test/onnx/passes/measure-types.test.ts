import { describe, expect, it } from "vitest";
import { createOps } from "../../../src/onnx/builder.js";
import { createNode, graphOf, type Model, type Value } from "../../../src/onnx/graph.js";
import { measureTypes, withTypes } from "../../../src/onnx/passes/measure-types.js";
import { targetOpset } from "../../../src/onnx/schema.js";
import { float32, int64, sizeOf } from "../../../src/tensor.js";
import { evaluate } from "../../helpers/evaluate.js";
import { input } from "../../helpers/run-graph.js";

const op = createOps();
const image = input("image", ["N", 3, 4, 6]);
const values = {
  pooled: op.GlobalAveragePool(image),
  tokens: op.Reshape(image, op.ints(-1, 6)),
  flags: op.Greater(image, 0),
  size: op.Shape(image),
};
const strip = (value: Value): Value => {
  const { dtype: _, shape: __, ...rest } = value;
  return rest;
};
const graph = graphOf("g", [image], [values.pooled, values.tokens, values.flags, values.size]);
const model: Model = { graph, opsets: { "": targetOpset }, metadata: {} };
const photos = (count: number) => {
  const shape = [count, 3, 4, 6];
  return float32(shape, new Float32Array(sizeOf(shape)).fill(0.5));
};

describe("measureTypes", () => {
  it("tells what is the batch, what a number, and what depends on the batch otherwise", async () => {
    const types = await measureTypes(model, photos, evaluate);
    expect(types.get(image)).toEqual({ dtype: "float32", shape: ["batch", 3, 4, 6] });
    expect(types.get(values.pooled)).toEqual({ dtype: "float32", shape: ["batch", 3, 1, 1] });
    expect(types.get(values.tokens)).toEqual({ dtype: "float32", shape: [undefined, 6] });
    expect(types.get(values.flags)).toEqual({ dtype: "bool", shape: ["batch", 3, 4, 6] });
    expect(types.get(values.size)).toEqual({ dtype: "int64", shape: [4] });
  });

  it("tells numbers that follow from sizes, whatever the batch", async () => {
    const height = op.Shape(image, { start: 2, end: 3 });
    const rows = createNode(
      { opType: "Slice", domain: "", name: "", inputs: [image, op.Div(height, 4), height, op.ints(2)], attributes: {} },
      [{ name: "rows", dtype: "float32" }],
    ).outputs[0]!;
    const [, start, end] = rows.producer!.inputs;
    const sliced: Model = { ...model, graph: graphOf("g", [image], [rows]) };
    const types = await measureTypes(sliced, photos, evaluate);
    expect(types.get(start!)).toEqual({ dtype: "int64", shape: [1], tensor: int64([1], [1]) });
    expect(types.get(end!)).toEqual({ dtype: "int64", shape: [1], tensor: int64([1], [4]) });
    // They are then constants.
    const { nodes, outputs } = withTypes(sliced.graph, types);
    expect(outputs[0]).toMatchObject({ dtype: "float32", shape: ["batch", 3, 3, 6] });
    expect(nodes.at(-1)!.inputs.map((value) => value!.constant !== undefined)).toEqual([false, true, true, true]);
  });
});

describe("withTypes", () => {
  it("writes types on every value, and replaces what it is told to", () => {
    const bare = graphOf("g", [image], [strip(op.Neg(op.Exp(image)))]);
    const [exp, neg] = bare.nodes;
    const type = { dtype: "float32", shape: ["batch", 3, 4, 6] } as const;
    const other = input("other", ["batch", 3, 4, 6]);
    const typed = withTypes(
      bare,
      new Map([
        [exp!.outputs[0]!, type],
        [neg!.outputs[0]!, type],
      ]),
      new Map([[image, other]]),
    );
    expect(typed.inputs).toEqual([other]);
    expect(typed.nodes.map(({ opType, outputs }) => [opType, outputs[0]!.dtype, outputs[0]!.shape])).toEqual([
      ["Exp", "float32", type.shape],
      ["Neg", "float32", type.shape],
    ]);
  });
});
