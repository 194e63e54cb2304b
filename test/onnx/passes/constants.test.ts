import { describe, expect, it } from "vitest";
import type { Graph, Model } from "../../../src/onnx/graph.js";
import { constantsToInitializers } from "../../../src/onnx/passes/constants.js";
import { type AttributeProto, edit, type Fields, type GraphProto, onnx } from "../../../src/onnx/proto.js";
import { modelOf } from "../../../src/onnx/read.js";
import { tensorOf } from "../../../src/onnx/tensor-data.js";
import { toProto } from "../../../src/onnx/write.js";
import { float32, int64 } from "../../../src/tensor.js";
import { evaluate } from "../../helpers/evaluate.js";
import { floats, info, modelProto, node, subgraph } from "../fixtures.js";

const constant = (output: string, fields: Fields<AttributeProto>) =>
  node("Constant", [], [output], { attribute: [new onnx.AttributeProto(fields)] });

const model = (graph: Fields<GraphProto>): Model => modelOf(modelProto(graph), { source: "m.onnx" });

const withInitializers = ({ graph, ...rest }: Model): Model => ({ ...rest, graph: constantsToInitializers(graph) });

const tensors = ({ initializers }: Graph) => initializers.map(({ name, constant }) => [name, tensorOf(constant!)]);

const text = (value: string) => new TextEncoder().encode(value);

describe("constantsToInitializers", () => {
  it("turns every form of a constant into an initializer of the node's output's name", () => {
    const { graph } = withInitializers(
      model({
        node: [
          constant("tensor", { name: "value", type: 4, t: floats("other", [1, 2], [3, 4]) }),
          constant("float", { name: "value_float", type: 1, f: 0.5 }),
          constant("floats", { name: "value_floats", type: 6, floats: [1, -2] }),
          constant("int", { name: "value_int", type: 2, i: -7 }),
          constant("ints", { name: "value_ints", type: 7, ints: [1, 2, 3] }),
          constant("string", { name: "value_string", type: 3, s: text("ä") }),
          constant("strings", { name: "value_strings", type: 8, strings: [text("a"), text("b")] }),
          node("Relu", ["x"], ["y"]),
        ],
      }),
    );
    expect(graph.nodes.map(({ opType }) => opType)).toEqual(["Relu"]);
    expect(tensors(graph)).toEqual([
      ["tensor", float32([1, 2], [3, 4])],
      ["float", float32([], [0.5])],
      ["floats", float32([2], [1, -2])],
      ["int", int64([], [-7])],
      ["ints", int64([3], [1, 2, 3])],
      ["string", { dtype: "string", shape: [], data: ["ä"] }],
      ["strings", { dtype: "string", shape: [2], data: ["a", "b"] }],
    ]);
    expect(graph.initializers.map(({ dtype, shape }) => [dtype, shape])).toEqual(
      graph.initializers.map(({ constant }) => [tensorOf(constant!).dtype, tensorOf(constant!).shape]),
    );
  });

  it("reaches into subgraphs, and computes the same", async () => {
    const branch = (name: string, value: number) =>
      subgraph(name, {
        output: [info(`${name}_out`, 3)],
        node: [
          constant(`${name}_c`, { name: "value", type: 4, t: floats("", [3], [value, 1, 2]) }),
          node("Mul", ["x", `${name}_c`], [`${name}_out`]),
        ],
      });
    const before = model({
      // A tensor of the name of another value must not make the writer mix the two up.
      value_info: [info("x_sum", 1)],
      output: [info("y", 3), info("plain", 1)],
      node: [
        constant("zero", { name: "value", type: 4, t: floats("x_sum", [], [0]) }),
        node("ReduceSum", ["x"], ["x_sum"]),
        node("Greater", ["x_sum", "zero"], ["taken_1"]),
        node("Squeeze", ["taken_1"], ["taken"]),
        node("If", ["taken"], ["y"], { attribute: [branch("then_branch", 3), branch("else_branch", 5)] }),
        constant("plain", { name: "value_floats", type: 6, floats: [9] }),
      ],
    });
    const after = withInitializers(before);
    expect(toProto(after).graph!.value_info.map(({ name }) => name)).toEqual(["x_sum"]);
    for (const x of [1, -1]) {
      const feeds = { x: float32([3], [x, x, x]) };
      const results = await evaluate(after, feeds);
      expect(results.y).toEqual(float32([3], x > 0 ? [3, 1, 2] : [-5, -1, -2]));
      expect(results.plain).toEqual(float32([1], [9]));
      expect(results).toEqual(await evaluate(before, feeds));
    }
    const branches = after.graph.nodes.at(-1)!.attributes.then_branch!;
    expect(branches.type === "GRAPH" && tensors(branches.value)).toEqual([["then_branch_c", float32([3], [3, 1, 2])]]);
  });

  it("leaves constants of two outputs to the runtime, which refuses them", () => {
    const two = constant("one", { name: "value_float", type: 1, f: 1 });
    const { graph } = model({ node: [edit(two, { output: ["one", "two"] }), node("Add", ["x", "two"], ["y"])] });
    expect(constantsToInitializers(graph)).toBe(graph);
  });

  it("leaves sparse constants and graphs without constants as they are", () => {
    const sparse_tensor = new onnx.SparseTensorProto({
      values: floats("s", [1], [5]),
      indices: new onnx.TensorProto({ dims: [1], data_type: 7, int64_data: [2] }),
      dims: [3],
    });
    const { graph } = model({
      node: [constant("s", { name: "sparse_value", type: 11, sparse_tensor }), node("Add", ["x", "s"], ["y"])],
    });
    expect(constantsToInitializers(graph)).toBe(graph);
  });
});
