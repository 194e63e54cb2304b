import { describe, expect, it } from "vitest";
import { above, below } from "../../src/heads/divide.js";
import { createOps } from "../../src/onnx/builder.js";
import { emit } from "../../src/onnx/emit.js";
import { type Graph, graphOf, type Value } from "../../src/onnx/graph.js";
import { measureTypes } from "../../src/onnx/passes/measure-types.js";
import { targetOpset } from "../../src/onnx/schema.js";
import { float32, sizeOf } from "../../src/tensor.js";
import { evaluate } from "../helpers/evaluate.js";
import { refusal } from "../helpers/refusal.js";
import { numbersOf, run } from "../helpers/run-graph.js";

const image: Value = { name: "image", dtype: "float32", shape: ["N", 3, 4, 4] };
const photos = (count: number) => {
  const shape = [count, 3, 4, 4];
  return float32(
    shape,
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(i)),
  );
};

/** To sizes that are computed. */
const reshape = (data: Value, shape: Value): Value => emit("Reshape", "reshaped", [data, shape], { dtype: "float32" });

/** A network that reshapes its features by sizes that it reads off the photos. */
function network() {
  const op = createOps();
  const at = op.Relu(image);
  const pooled = op.GlobalAveragePool(at);
  const batch = op.Gather(op.Shape(image), op.ints(0));
  const features = reshape(op.Exp(pooled), op.Concat([batch, op.ints(3)], { axis: 0 }));
  return { at, graph: graphOf("net", [image], [features]) };
}

const typesOf = (graph: Graph) => measureTypes({ graph, opsets: { "": targetOpset }, metadata: {} }, photos, evaluate);

describe("below and above", () => {
  it("compute together what the network does, for any batch", async () => {
    const { at, graph } = network();
    const upper = above(graph, at, await typesOf(graph));
    expect(upper.inputs).toEqual([{ name: at.name, dtype: "float32", shape: ["batch", 3, 4, 4] }]);
    expect(upper.outputs.map(({ dtype, shape }) => [dtype, shape])).toEqual([["float32", ["batch", 3]]]);
    for (const count of [1, 4]) {
      const [whole] = await run(graph, { image: photos(count) });
      const [middle] = await run(below(graph, at), { image: photos(count) });
      const [features] = await run(upper, { [at.name]: middle! });
      expect(features!.shape).toEqual([count, 3]);
      expect(numbersOf(features!)).toEqual(numbersOf(whole!));
    }
  });

  it("refuses a size that changes with the batch otherwise", async () => {
    const op = createOps();
    const at = op.Relu(image);
    const rows = op.Reshape(image, op.ints(-1, 4));
    const features = reshape(reshape(at, op.Shape(rows)), op.ints(-1, 48));
    const graph = graphOf("net", [image], [features]);
    const types = await typesOf(graph);
    await refusal(() => above(graph, at, types), "unsupported-model", /reads a size below the layers/, /another layer/);
  });

  it("do not mind what only the lower part reads, nor sizes of which a fixed number is taken", async () => {
    const op = createOps();
    const rows = op.Reshape(image, op.ints(-1, 4));
    const back = reshape(op.Relu(rows), op.Concat([op.Div(op.Shape(rows, { end: 1 }), 12), op.ints(48)], { axis: 0 }));
    const at = emit("Tanh", "at", [back], { dtype: "float32" });
    const width = op.Gather(op.Shape(rows), op.ints(1));
    const features = reshape(at, op.Concat([op.ints(-1), width], { axis: 0 }));
    const graph = graphOf("net", [image], [features]);
    const upper = above(graph, at, await typesOf(graph));
    for (const count of [1, 3]) {
      const [whole] = await run(graph, { image: photos(count) });
      const [middle] = await run(below(graph, at), { image: photos(count) });
      const [found] = await run(upper, { at: middle! });
      expect(found!.shape).toEqual([12 * count, 4]);
      expect(numbersOf(found!)).toEqual(numbersOf(whole!));
    }
  });

  it("leave alone what no photo decides, and know that a single number has no sizes", async () => {
    const op = createOps();
    const at = op.Relu(image);
    // Of an operator that does not tell its type.
    const mask = emit("EyeLike", "mask", [op.constant("like", float32([4, 4]))]);
    const sizes = emit("Shape", "mask_sizes", [mask], { dtype: "int64", shape: [2] });
    const height = op.Cast(op.Gather(op.Shape(image), 2), { to: "float32" });
    const heights = op.Expand(op.Expand(height, op.Shape(height)), op.ints(1));
    const masked = emit("Add", "masked", [at, emit("Expand", "mask_again", [mask, sizes])], { dtype: "float32" });
    const graph = graphOf("net", [image], [emit("Mul", "y", [masked, heights], { dtype: "float32" })]);
    const upper = above(graph, at, await typesOf(graph));
    const [whole] = await run(graph, { image: photos(2) });
    const [middle] = await run(below(graph, at), { image: photos(2) });
    expect(await run(upper, { [at.name]: middle! })).toEqual([whole]);
  });

  it("refuses how many numbers there are below, which changes with the batch", async () => {
    const op = createOps();
    const at = op.Relu(image);
    const size = emit("Size", "numel", [image], { dtype: "int64" });
    const features = reshape(at, emit("Unsqueeze", "flat", [size, op.ints(0)], { dtype: "int64" }));
    const graph = graphOf("net", [image], [features]);
    const types = await typesOf(graph);
    await refusal(() => above(graph, at, types), "unsupported-model", /Size "numel" reads a size below the layers/);
  });
});
