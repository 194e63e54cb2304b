import { describe, expect, it } from "vitest";
import type { Graph, Value } from "../../src/onnx/graph.js";
import { keptEntries } from "../../src/onnx/kept-entries.js";
import { type GraphProto, onnx } from "../../src/onnx/proto.js";
import { readModel } from "../../src/onnx/read.js";
import { file, fixture, floats, info, node, plain } from "./fixtures.js";

const own = ({ inputs, initializers, nodes }: Graph): Value[] => [
  ...new Set([
    ...inputs,
    ...initializers,
    ...nodes.flatMap(({ outputs }) => outputs.filter((value) => value !== undefined)),
  ]),
];
const kept = (graph: Graph, rename: (name: string) => string = (name) => name) =>
  keptEntries(graph, own(graph), ({ name }) => rename(name));
const infos = (graph: Graph, rename?: (name: string) => string): (string | undefined)[] =>
  kept(graph, rename).value_info.map(({ name }) => name);

const annotation = (tensor_name: string, ...parameters: string[]) =>
  new onnx.TensorAnnotation({
    tensor_name,
    quant_parameter_tensor_names: parameters.map(
      (value) => new onnx.StringStringEntryProto({ key: "SCALE_TENSOR", value }),
    ),
  });

const graph = readModel(
  file({
    node: [node("Relu", ["x"], ["a"]), node("Mul", ["a", "w"], ["b"]), node("Abs", ["b"], ["y"])],
    initializer: [floats("w", [3], [1, 2, 3])],
    value_info: [info("b", 3), info("w", 3), info("a", 3), info("unheard_of", 1)],
    quantization_annotation: [annotation("a", "w"), annotation("b", "unheard_of"), annotation("w")],
  }),
  { source: "m" },
).graph;
const [relu, , abs] = graph.nodes;
const annotations = (graph: Graph, rename?: (name: string) => string): unknown =>
  kept(graph, rename).quantization_annotation.map(({ tensor_name, quant_parameter_tensor_names }) => [
    tensor_name,
    ...quant_parameter_tensor_names.map(({ value }) => value),
  ]);

describe("keptEntries", () => {
  it("are all entries of an unedited graph, as they are", () => {
    for (const graph of [readModel(fixture("everything.onnx"), { source: "everything.onnx" }).graph]) {
      const { value_info, quantization_annotation } = graph.proto as GraphProto;
      expect(kept(graph).value_info).toEqual(value_info);
      expect(plain(kept(graph).quantization_annotation)).toEqual(plain(quantization_annotation));
    }
    expect(infos(graph)).toEqual(["b", "w", "a", "unheard_of"]);
  });

  it("go with their values, also when a new value has the old name", () => {
    const without = { ...graph, nodes: [relu!] };
    expect(infos(without)).toEqual(["w", "a", "unheard_of"]);
    expect(annotations(without)).toEqual([["a", "w"], ["w"]]);
    const namesake: Value = {
      name: "b",
      dtype: "int64",
      shape: [1],
      constant: { tensor: { dtype: "int64", shape: [1], data: BigInt64Array.of(1n) } },
    };
    expect(infos({ ...without, initializers: [...graph.initializers, namesake] })).toEqual(["w", "a", "unheard_of"]);
    expect(annotations({ ...graph, initializers: [] })).toEqual([["b", "unheard_of"]]);
  });

  it("follow their values' names", () => {
    expect(infos(graph, (name) => `${name}_1`)).toEqual(["b_1", "w_1", "a_1", "unheard_of"]);
    expect(annotations(graph, (name) => `${name}_1`)).toEqual([["a_1", "w_1"], ["b_1", "unheard_of"], ["w_1"]]);
  });

  it("describe values that an edit moved to the inside", () => {
    // y was an output; here it is read by one more node.
    const y = abs!.outputs[0]!;
    const moved: Graph = { ...graph, outputs: [graph.nodes[1]!.outputs[0]!] };
    expect(infos(moved)).toEqual(["b", "w", "a", "unheard_of", "y"]);
    expect(infos({ name: "new", inputs: [], outputs: [], initializers: [], nodes: [abs!] })).toEqual(["y"]);
    expect(infos({ name: "new", inputs: [], outputs: [y], initializers: [], nodes: [abs!] })).toEqual([]);
  });
});
