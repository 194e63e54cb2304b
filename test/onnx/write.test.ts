import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { moveToExternalData } from "../../src/onnx/external-data.js";
import { createNode, type Graph, graphOf, type Model, type Node, subgraphs, type Value } from "../../src/onnx/graph.js";
import { decodeModel, encodeModel, fromInt64, type ModelProto, onnx } from "../../src/onnx/proto.js";
import { readModel } from "../../src/onnx/read.js";
import { tensorOf } from "../../src/onnx/tensor-data.js";
import { toProto, writeModel } from "../../src/onnx/write.js";
import { float32 } from "../../src/tensor.js";
import { describePython, runPython } from "../helpers/python.js";
import { describeShared, sharedPath } from "../helpers/shared.js";
import { file, fixture, floats, info, node, plain, subgraph } from "./fixtures.js";

const everything = fixture("everything.onnx");
const external = new Map([["everything.bin", fixture("everything.bin")]]);
const read = (bytes: Uint8Array): Model => readModel(bytes, { source: "model.onnx" });
const written = (graph: Graph, model: Partial<Model> = {}): ModelProto =>
  decodeModel(writeModel({ graph, opsets: { "": 17 }, metadata: {}, ...model }), "written");
const names = (values: readonly { name?: string }[]): (string | undefined)[] => values.map(({ name }) => name);

const op = (opType: string, inputs: readonly (Value | undefined)[], output: Partial<Value> = {}, name = ""): Value => {
  const made = createNode({ opType, domain: "", name, inputs, attributes: {} }, [{ name: "", ...output }]);
  return made.outputs[0]!;
};
const constant = (name: string, ...data: number[]): Value => {
  const tensor = float32([data.length], data);
  return { name, dtype: "float32", shape: tensor.shape, constant: { tensor } };
};
const x: Value = { name: "x", dtype: "float32", shape: ["batch", 2] };
const out = (name: string): Partial<Value> => ({ name, dtype: "float32", shape: ["batch", 2] });

/** relu(x · w + b), the way the builder makes it: no protos anywhere. */
const ours = graphOf(
  "ours",
  [x],
  [op("Relu", [op("Add", [op("Mul", [x, constant("w", 2, 3)]), constant("b", 1, 1)])], out("y"))],
);

describe("a file that is read and written", () => {
  it("is the same, field by field and byte by byte", () => {
    const bytes = writeModel(read(everything));
    expect(plain(decodeModel(bytes, "written"))).toEqual(plain(decodeModel(everything, "original")));
    expect(Buffer.from(bytes).equals(Buffer.from(everything))).toBe(true);
  });

  it("is the same field by field when its fields stood in another order", () => {
    // The graph (field 7) before the version (field 1), twice in parts.
    const parts = [
      file({ node: [node("Relu", ["x"], ["a"])] }, { ir_version: 7 }),
      file({ node: [node("Abs", ["a"], ["y"])], input: [], output: [] }, { ir_version: 8, opset_import: [] }),
    ];
    const bytes = new Uint8Array(parts.flatMap((part) => [...part]));
    const again = writeModel(read(bytes));
    expect(plain(decodeModel(again, "written"))).toEqual(plain(decodeModel(bytes, "original")));
    expect(again.length).toBeLessThan(bytes.length);
  });

  it("keeps odd but sound parts: absent and empty fields, sparse defaults of inputs, unmarked attributes", () => {
    const sparse = new onnx.SparseTensorProto({
      values: floats("x", [1], [5]),
      indices: new onnx.TensorProto({ dims: [1], data_type: 7, int64_data: [2] }),
      dims: [3],
    });
    const bytes = file(
      {
        name: "",
        sparse_initializer: [sparse],
        node: [
          node("Relu", ["x", ""], ["a"], { domain: "ai.onnx", name: "" }),
          node("Elu", ["a"], ["y", ""], { domain: "", attribute: [new onnx.AttributeProto({ name: "alpha", f: 0 })] }),
        ],
      },
      { ir_version: undefined, opset_import: [new onnx.OperatorSetIdProto({ domain: "ai.onnx", version: 9 })] },
    );
    expect(Buffer.from(writeModel(read(bytes))).equals(Buffer.from(bytes))).toBe(true);
  });

  it("holds its external data when these were handed over", () => {
    const again = read(writeModel(readModel(everything, { source: "everything.onnx", external })));
    const value = again.graph.initializers.find(({ name }) => name === "external")!;
    expect(tensorOf(value.constant!).data).toEqual(Float32Array.of(10, 20, 30));
  });
});

describe("a graph of our own", () => {
  it("becomes a complete model", () => {
    const proto = written(ours, { opsets: { "": 17, "com.microsoft": 1 }, metadata: { source: "test" } });
    expect([proto.producer_name, fromInt64(proto.ir_version!)]).toEqual(["regraft", 8]);
    expect(plain(proto.opset_import)).toEqual([
      { domain: "", version: "0:17" },
      { domain: "com.microsoft", version: "0:1" },
    ]);
    expect(plain(proto.metadata_props)).toEqual([{ key: "source", value: "test" }]);
    expect(plain(proto.graph)).toEqual({
      name: "ours",
      input: [plain(decodeModel(file({ input: [info("x", "batch", 2)] }), "m").graph!.input[0])],
      output: [plain(decodeModel(file({ input: [info("y", "batch", 2)] }), "m").graph!.input[0])],
      initializer: [
        { name: "w", dims: ["0:2"], data_type: 1, raw_data: "0000004000004040" },
        { name: "b", dims: ["0:2"], data_type: 1, raw_data: "0000803f0000803f" },
      ],
      node: [
        { name: "Mul", op_type: "Mul", input: ["x", "w"], output: ["Mul"] },
        { name: "Add", op_type: "Add", input: ["Mul", "b"], output: ["Add"] },
        { name: "Relu", op_type: "Relu", input: ["Add"], output: ["y"] },
      ],
    });
  });

  it("reads back as the same graph", () => {
    const { graph, opsets, metadata } = read(writeModel({ graph: ours, opsets: { "": 17 }, metadata: { k: "v" } }));
    expect([opsets, metadata]).toEqual([{ "": 17 }, { k: "v" }]);
    expect(graph.nodes.map(({ opType }) => opType)).toEqual(["Mul", "Add", "Relu"]);
    expect(graph.inputs[0]).toMatchObject({ dtype: "float32", shape: ["batch", 2] });
    expect(graph.initializers.map((value) => [...(tensorOf(value.constant!).data as Float32Array)])).toEqual([
      [2, 3],
      [1, 1],
    ]);
  });

  it("is written alike every time", () => {
    const model: Model = { graph: ours, opsets: { "": 17 }, metadata: {} };
    expect(writeModel(model)).toEqual(writeModel(model));
  });

  it("keeps the names of inputs and outputs when others clash with them", () => {
    const graph = graphOf("g", [x], [op("Relu", [op("Mul", [x, constant("y", 1, 2)], { name: "x" })], out("y"))]);
    const { input, output, initializer, node } = written(graph).graph!;
    expect([names(input), names(output), names(initializer)]).toEqual([["x"], ["y"], ["y_1"]]);
    expect(node.map(({ input, output }) => [...input, "→", ...output].join(" "))).toEqual(["x y_1 → x_1", "x_1 → y"]);
  });

  it("lists constants that are used but not listed, and writes left-out inputs as empty names", () => {
    const y = op("Clip", [x, undefined, constant("max", 6)], out("y"));
    const { initializer, node } = written({
      name: "g",
      inputs: [x],
      outputs: [y],
      nodes: [y.producer!],
      initializers: [],
    }).graph!;
    expect(names(initializer)).toEqual(["max"]);
    expect(node[0]!.input).toEqual(["x", "", "max"]);
  });

  it("asserts that every other value is defined", () => {
    const y = op("Relu", [{ name: "lost" }], out("y"));
    const graph: Graph = { name: "g", inputs: [x], outputs: [y], nodes: [y.producer!], initializers: [] };
    expect(() => written(graph)).toThrow('"lost" is used in the graph "g" but not defined');
    expect(() => written({ ...graph, initializers: [{ name: "lost" }] })).toThrow("assertion");
  });

  it("names subgraphs' values around those of the graph outside, and reaches out for what they capture", () => {
    const branch = (opType: string): Graph => {
      const inner = op(opType, [x, constant("w", 1, 1)], { name: "h" });
      return { name: opType, inputs: [], outputs: [inner], nodes: [inner.producer!], initializers: [] };
    };
    const condition: Value = { name: "condition", dtype: "bool", shape: [] };
    const h = op("Relu", [x], { name: "h" });
    const made = createNode(
      {
        opType: "If",
        domain: "",
        name: "",
        inputs: [condition],
        attributes: {
          then_branch: { type: "GRAPH", value: branch("Add") },
          else_branch: { type: "GRAPH", value: branch("Sub") },
        },
      },
      [{ name: "", dtype: "float32", shape: ["batch", 2] }],
    );
    const graph = written(graphOf("g", [x, condition], [op("Mul", [h, made.outputs[0]!], out("y"))])).graph!;
    const inner = graph.node.find(({ op_type }) => op_type === "If")!.attribute.map(({ g }) => g!.node[0]!);
    expect(names(graph.initializer)).toEqual(["w", "w_1"]);
    expect(inner.map(({ name, input, output }) => [name, ...input, ...output])).toEqual([
      ["Add", "x", "w", "h_1"],
      ["Sub", "x", "w_1", "h_1"],
    ]);
  });
});

describe("an edited graph", () => {
  const model = read(everything);
  const find = (opType: string): Node => model.graph.nodes.find((node) => node.opType === opType)!;

  it("cut from a file leaves behind what is gone, and keeps what its nodes say", () => {
    const [h] = find("MatMul").outputs;
    const proto = decodeModel(writeModel({ ...model, graph: graphOf("cut", [model.graph.inputs[0]!], [h!]) }), "cut");
    expect(names(proto.graph!.initializer)).toEqual(["weight"]);
    expect(names(proto.graph!.value_info)).toEqual([]);
    expect(plain(proto.graph!.output[0])).toEqual(plain(h!.proto));
    expect(plain(proto.graph!.node)).toEqual([plain(find("MatMul").proto)]);
    expect(proto.functions).toHaveLength(1);
  });

  it("keeps the graph's own fields but no stale value_info when nodes go and graph.proto stays", () => {
    const nodes = [find("MatMul")];
    const graph: Graph = { ...model.graph, nodes, outputs: [nodes[0]!.outputs[0]!] };
    const proto = toProto({ ...model, graph }).graph!;
    expect(proto.doc_string).toBe("uses everything");
    expect(names(proto.value_info)).toEqual(["h", "never_defined", "weight"]);
    expect(proto.sparse_initializer).toEqual([]);
    expect(proto.quantization_annotation).toHaveLength(1);
  });

  it("writes a sparse constant as a node once its graph is another", () => {
    const sparse = find("Everything").inputs[3]!;
    const graph = written(graphOf("g", [], [op("Identity", [sparse], { name: "y", dtype: "float32", shape: [3] })]))
      .graph!;
    expect(graph.node.map(({ op_type }) => op_type)).toEqual(["Constant", "Identity"]);
    expect(graph.node[0]!.attribute[0]!.sparse_tensor!.values!.name).toBe("sparse");
  });

  it("keeps what a changed node says beyond the change", () => {
    const dense = find("MatMul");
    const twin = createNode({ ...dense, opType: "Gemm", domain: "com.microsoft" }, dense.outputs);
    const graph = graphOf("g", [model.graph.inputs[0]!], [dense.outputs[0]!, { ...twin.outputs[0]!, name: "second" }]);
    const [first, second] = written({
      ...graph,
      nodes: [dense, twin],
      outputs: [dense.outputs[0]!, twin.outputs[0]!].slice(0, 1),
    }).graph!.node;
    expect(names([first!, second!])).toEqual(["dense", "dense_1"]);
    expect(second).toMatchObject({
      op_type: "Gemm",
      domain: "com.microsoft",
      doc_string: "the dense layer",
      output: ["h_1"],
    });
    expect(second!.$unknowns).toEqual(first!.$unknowns);
  });

  it("replaces a weight, keeping neither its old bytes nor its stale description", () => {
    const weight = model.graph.initializers.find(({ name }) => name === "weight")!;
    const half: Value = {
      ...weight,
      dtype: "float16",
      shape: [3, 2],
      constant: { tensor: { dtype: "float16", shape: [3, 2], data: new Uint16Array(6) } },
    };
    const initializers = model.graph.initializers.map((value) => (value === weight ? half : value));
    const { inputs, attributes } = find("MatMul");
    const nodes = [
      createNode({ opType: "MatMul", domain: "", name: "", inputs: [inputs[0], half], attributes }, [{ name: "h2" }]),
    ];
    const proto = toProto({
      ...model,
      graph: { ...model.graph, initializers, nodes, outputs: nodes[0]!.outputs.map((v) => v!) },
    }).graph!;
    expect(plain(proto.initializer[1])).toEqual({
      name: "weight",
      dims: [3, 2],
      data_type: 10,
      raw_data: "00".repeat(12),
    });
    expect(plain(proto.value_info.find(({ name }) => name === "weight"))).toMatchObject({
      type: { tensor_type: { elem_type: 10, shape: { dim: [{ dim_value: 3 }, { dim_value: 2 }] } } },
    });
  });

  it("raises an IR version below 4 once an initializer is no input any more", () => {
    const old = file(
      {
        input: [info("x", 3), info("w", 3)],
        initializer: [floats("w", [3], [1, 2, 3])],
        node: [node("Mul", ["x", "w"], ["y"])],
      },
      { ir_version: 3 },
    );
    const model = read(old);
    expect(Buffer.from(writeModel(model)).equals(Buffer.from(old))).toBe(true);
    const graph = { ...model.graph, inputs: model.graph.inputs.slice(0, 1) };
    const proto = decodeModel(writeModel({ ...model, graph }), "edited");
    expect([fromInt64(proto.ir_version!), names(proto.graph!.input), names(proto.graph!.value_info)]).toEqual([
      8,
      ["x"],
      [],
    ]);
  });

  it("renames what shadows an outer name, everywhere it is used", () => {
    const body = subgraph("body", {
      node: [node("Abs", ["x"], ["a"]), node("Neg", ["a"], ["n"])],
      output: [info("n")],
    });
    const { graph } = read(
      file({ node: [node("Relu", ["x"], ["a"]), node("Loop", ["a"], ["y"], { attribute: [body] })] }),
    );
    const inner = written(graph).graph!.node[1]!.attribute[0]!.g!.node;
    expect(inner.map(({ input, output }) => [...input, ...output])).toEqual([
      ["x", "a_1"],
      ["a_1", "n"],
    ]);
    expect(subgraphs(graph.nodes[1]!)[0]!.nodes[0]!.outputs[0]!.name).toBe("a");
  });
});

describeShared("the embedded model", () => {
  it("is the same byte by byte", () => {
    const bytes = readFileSync(sharedPath("models", "efficientnet-lite0.onnx"));
    expect(bytes.equals(writeModel(read(bytes)))).toBe(true);
  });
});

describePython("what we write", ["onnx"], () => {
  it("passes its checker: a file's model, a graph of our own, external data", () => {
    const folder = mkdtempSync(join(tmpdir(), "regraft-"));
    try {
      const save = (name: string, bytes: Uint8Array): string => {
        writeFileSync(join(folder, name), bytes);
        return join(folder, name);
      };
      const inlined = readModel(everything, { source: "everything.onnx", external });
      const large = graphOf("large", [x], [op("Add", [x, constant("w", ...Array(2).keys())], out("y"))]);
      const { proto, data } = moveToExternalData(toProto({ graph: large, opsets: { "": 17 }, metadata: {} }), {
        location: "weights.bin",
        threshold: 1,
      });
      save("weights.bin", data);
      const output = runPython(
        new URL("check_model.py", import.meta.url),
        save("everything.onnx", writeModel(inlined)),
        save("ours.onnx", writeModel({ graph: ours, opsets: { "": 17 }, metadata: {} })),
        save("external.onnx", encodeModel(proto)),
      );
      expect(output.trim().split(/\r?\n/)).toEqual(["9 55 0.5", "3 2 5.0", "1 1 1.0"]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
