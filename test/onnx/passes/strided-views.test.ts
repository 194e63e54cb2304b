import { describe, expect, it } from "vitest";
import { createOps, type Ops } from "../../../src/onnx/builder.js";
import { emit } from "../../../src/onnx/emit.js";
import { graphOf, type Model, type Value } from "../../../src/onnx/graph.js";
import { measureShapes } from "../../../src/onnx/passes/measure-shapes.js";
import { measureTypes, withTypes } from "../../../src/onnx/passes/measure-types.js";
import { wholeViews } from "../../../src/onnx/passes/strided-views.js";
import { targetOpset } from "../../../src/onnx/schema.js";
import { typed } from "../../../src/onnx/shapes/dims.js";
import { float32, int64 } from "../../../src/tensor.js";
import { evaluate } from "../../helpers/evaluate.js";
import { input, run } from "../../helpers/run-graph.js";

const photos = (count: number) =>
  float32(
    [count, 3],
    Array.from({ length: 3 * count }, (_, i) => i + 1),
  );

/** Places row · 3 + column + first, of x [N, 3] by rows. */
function modelOf(columns: readonly number[], stride = 3): { model: Model; view: Value } {
  const op: Ops = createOps();
  const x = input("x", ["N", 3]);
  const rows = op.Shape(x, { end: 1 });
  const [zero, count, one] = [op.Squeeze(op.Sub(rows, rows)), op.Squeeze(rows), op.constant("one", int64([], [1]))];
  const range = typed(emit("Range", "rows", [zero, count, one], { dtype: "int64", shape: [undefined] }));
  const first = op.Mul(op.Unsqueeze(range, op.ints(1)), op.ints(stride));
  const places = op.Add(first, op.ints(...columns));
  const view = op.Gather(op.Reshape(x, op.ints(-1)), places);
  return { model: { graph: graphOf("g", [x], [view]), opsets: { "": targetOpset }, metadata: {} }, view };
}

describe("wholeViews", () => {
  const feeds = [2, 3].map((count) => ({ x: photos(count) }));
  const found = async ({ model }: { model: Model }) => {
    const values = model.graph.nodes.flatMap(({ outputs }) => outputs as Value[]);
    const shapes = [];
    for (const fed of feeds) shapes.push(await measureShapes(model, values, fed, evaluate));
    return (await wholeViews(model, feeds, shapes, evaluate)).size;
  };

  it("are gathers of everything in order", async () => {
    expect(await found(modelOf([0, 1, 2]))).toBe(1);
    expect(await found(modelOf([0, 2, 1]))).toBe(0);
    expect(await found(modelOf([0, 1]))).toBe(0);
    expect(await found(modelOf([0, 1, 2], 2))).toBe(0);
  });

  it("become reshapes when types are written", async () => {
    const { model, view } = modelOf([0, 1, 2]);
    const types = await measureTypes(model, photos, evaluate);
    const typedGraph = withTypes(model.graph, types);
    expect(types.get(view)).toEqual({ dtype: "float32", shape: ["batch", 3], isView: true });
    expect(typed(typedGraph.outputs[0]!).producer!.opType).toBe("Reshape");
    expect(await run(typedGraph, { x: photos(4) })).toEqual(await run(model.graph, { x: photos(4) }));
  });
});
