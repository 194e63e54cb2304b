import { describe, expect, it } from "vitest";
import { createOps } from "../../src/onnx/builder.js";
import { graphOf } from "../../src/onnx/graph.js";
import { readModel } from "../../src/onnx/read.js";
import { writeModel } from "../../src/onnx/write.js";
import { input, modelOf } from "../../src/training-graph/graph-edges.js";

describe("input and modelOf", () => {
  it("are what a file says of a graph of our own: names, types, free sizes, and the opset that operators are of", () => {
    const rows = input("rows", "float32", ["photos", 5]);
    expect(rows).toEqual({ name: "rows", dtype: "float32", shape: ["photos", 5] });
    const order = input("order", "int32", ["batch"]);
    const graph = graphOf("step", [rows, order], [createOps().Gather(rows, order)]);
    const model = modelOf(graph);
    expect(model).toEqual({ graph, opsets: { "": 18 }, metadata: {} });
    const read = readModel(writeModel(model), { source: "written" });
    expect(read.opsets).toEqual({ "": 18 });
    expect(read.graph.inputs.map(({ name, dtype, shape }) => ({ name, dtype, shape }))).toEqual([rows, order]);
    expect(read.graph.outputs.map(({ dtype, shape }) => [dtype, shape])).toEqual([["float32", ["batch", 5]]]);
  });
});
