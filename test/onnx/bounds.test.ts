import { describe, expect, it } from "vitest";
import { requireBounded } from "../../src/onnx/bounds.js";
import { createNode, type Graph, graphOf, type Value } from "../../src/onnx/graph.js";
import { onnx } from "../../src/onnx/proto.js";
import { modelOf } from "../../src/onnx/read.js";
import { int64 } from "../../src/tensor.js";
import { refusal } from "../helpers/refusal.js";
import { floats, modelProto, node, subgraph } from "./fixtures.js";

const x: Value = { name: "x", dtype: "float32", shape: [3] };

const op = (opType: string, inputs: Value[], graphs: Readonly<Record<string, Graph>> = {}): Value => {
  const attributes = Object.fromEntries(
    Object.entries(graphs).map(([name, value]) => [name, { type: "GRAPH", value } as const]),
  );
  return createNode({ opType, domain: "", name: opType.toLowerCase(), inputs, attributes }, [{ name: `${opType}_Y` }])
    .outputs[0]!;
};
const graph = (...outputs: Value[]): Graph => graphOf("g", [x], outputs);
const number = (value: number): Value => ({
  name: "n",
  dtype: "int64",
  shape: [],
  constant: { tensor: int64([], [value]) },
});
const loop = (rounds: Value, inner: Value = op("Relu", [x])): Value => op("Loop", [rounds, x], { body: graph(inner) });

const check = (output: Value) => () => requireBounded(graph(output), "m.onnx");
const refused = async (output: Value, ...parts: string[]) => {
  const { details } = await refusal(check(output), "unsupported-model", "Cannot use m.onnx: ", ...parts, "Export it");
  expect(details.source).toBe("m.onnx");
};

describe("requireBounded", () => {
  it("lets networks pass, with all their branches", () => {
    const branches = { then_branch: graph(op("Relu", [x])), else_branch: graph(op("Neg", [x])) };
    let deep: Value = op("Neg", [x]);
    for (let i = 0; i < 20_000; i++) deep = op("Relu", [deep]);
    expect(check(op("If", [deep], branches))).not.toThrow();
  });

  it("counts edges, those of one node too", async () => {
    await refused(op("Sum", Array(200_000).fill(x)), "more than 200,000 nodes, edges and weights");
  });

  it("refuses loops that could run for hours, or for ever", async () => {
    expect(check(loop(number(10_000)))).not.toThrow();
    const reason = 'its Loop "loop" may run more than 10,000 rounds';
    await refused(loop(number(10_001)), reason);
    await refused(loop(number(101), loop(number(101))), reason);
    await refused(loop(op("Cast", [x])), reason);
  });

  it("refuses graphs too deep in each other to be written", async () => {
    const nested = (depth: number): Value =>
      depth === 0 ? x : op("If", [x], { then_branch: graph(nested(depth - 1)) });
    expect(check(nested(20))).not.toThrow();
    await refused(nested(21), "nested more than 20 deep");
  });

  it("refuses sparse constants that are huge once they are dense, in subgraphs too", async () => {
    const sparse = (...dims: number[]) =>
      new onnx.SparseTensorProto({
        values: floats("s", [1], [1]),
        indices: new onnx.TensorProto({ dims: [1], data_type: 7, int64_data: [0] }),
        dims,
      });
    const read = (...dims: number[]) => {
      const branch = { sparse_initializer: [sparse(...dims)], output: [new onnx.ValueInfoProto({ name: "s" })] };
      const attribute = ["then_branch", "else_branch"].map((name) => subgraph(name, branch));
      return modelOf(modelProto({ node: [node("If", ["x"], ["y"], { attribute })] }), { source: "m.onnx" }).graph;
    };
    expect(() => requireBounded(read(1000, 1000), "m.onnx")).not.toThrow();
    await refusal(() => requireBounded(read(3, 1e9), "m.onnx"), "unsupported-model", '"s" has the size [3,1000000000]');
  });
});
