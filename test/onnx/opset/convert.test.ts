import { describe, expect, it } from "vitest";
import { createNode, type Graph, graphOf, type Value } from "../../../src/onnx/graph.js";
import { convertOpset, newestOpset, oldestOpset } from "../../../src/onnx/opset/convert.js";
import { onnx } from "../../../src/onnx/proto.js";
import { readModel } from "../../../src/onnx/read.js";
import { targetOpset } from "../../../src/onnx/schema.js";
import { float32, int64, type Tensor } from "../../../src/tensor.js";
import {
  type Attributes,
  apply,
  constant,
  expectSame,
  expectTensors,
  float,
  inputFor,
  int,
  ints,
  floats as numbers,
  oneNode,
  opTypes,
  runIn,
  string,
  waves,
} from "../../helpers/opset.js";
import { refusal } from "../../helpers/refusal.js";
import { file, floats, info, node } from "../fixtures.js";

const x = inputFor("x", waves(2, 3));

describe("versions", () => {
  it("gives a graph of the target's opset back as it is", () => {
    const graph = graphOf("g", [x], apply("Relu", [x]));
    for (const opset of [oldestOpset, 13, targetOpset, 21, newestOpset])
      expect(convertOpset(graph, opset, "m.onnx")).toBe(graph);
  });

  it.each([
    [27, "it is written in ONNX opset 27, and 26 is the newest that regraft reads"],
    [6, "it is written in ONNX opset 6, and 7 is the oldest that regraft reads"],
    [Number.NaN, "ONNX opset NaN"],
  ])("refuses opset %d", async (opset, reason) => {
    const call = () => convertOpset(oneNode("Relu", [waves(1)]).graph, opset, "cat.onnx");
    const error = await refusal(call, "unsupported-model", /^Cannot use cat\.onnx: /, reason, "opset_version=18");
    expect(error.details).toMatchObject({ source: "cat.onnx", reason: expect.stringContaining(reason) });
  });

  it("does several versions' changes one after the other", async () => {
    const image = waves(1, 2, 4, 4);
    const value = inputFor("x", image);
    const [up] = apply("Upsample", [value], { scales: numbers(1, 1, 2, 2) });
    const [clipped] = apply("Clip", [up], { min: float(0), max: float(1) });
    const [mean] = apply("ReduceMean", [clipped], { axes: ints(2, 3), keepdims: int(0) });
    const graph = graphOf("g", [value], apply("Softmax", apply("Unsqueeze", [mean], { axes: ints(2) })));
    const converted = await expectSame(7, { graph, feeds: { x: image } }, 1e-6);
    expect(opTypes(converted)).toEqual([
      "Resize",
      "Clip",
      "ReduceMean",
      "Unsqueeze",
      "Flatten",
      "Softmax",
      "Shape",
      "Reshape",
    ]);
  });
});

describe("what is not refused", () => {
  it("leaves other domains alone, and operators that it does not know", () => {
    const foreign = createNode(
      { opType: "Clip", domain: "com.example", name: "", inputs: [x], attributes: { max: float(1) } },
      [{ name: "y" }],
    );
    const graph = graphOf("g", [x], [foreign.outputs[0]!, ...apply("constructor", [x])]);
    expect(convertOpset(graph, 7, "m.onnx")).toBe(graph);
  });

  it("keeps names, and weights as they are stored", () => {
    const axes = new onnx.AttributeProto({ name: "axes", type: 7, ints: [1] });
    const keepdims = new onnx.AttributeProto({ name: "keepdims", type: 2, i: 0 });
    const bytes = file(
      {
        input: [info("x", 3, 2), info("w", 2, 2)],
        output: [info("y", 3)],
        initializer: [floats("w", [2, 2], [1, 0, 0, 1])],
        node: [
          node("MatMul", ["x", "w"], ["product"], { name: "dense" }),
          node("ReduceMax", ["product"], ["y"], { name: "max", attribute: [axes, keepdims] }),
        ],
      },
      { ir_version: 3 },
    );
    const { graph } = readModel(bytes, { source: "m.onnx" });
    const { nodes, inputs, initializers, outputs } = convertOpset(graph, 9, "m.onnx");
    expect(inputs).toEqual(graph.inputs);
    expect(initializers[0]).toBe(graph.initializers[0]);
    expect(initializers[0]!.constant).toBe(graph.initializers[0]!.constant);
    expect(nodes.map(({ name, outputs }) => [name, outputs[0]!.name])).toEqual([
      ["dense", "product"],
      ["max", "y"],
    ]);
    expect(outputs[0]).toMatchObject({ name: "y", dtype: "float32", shape: [3] });
  });
});

describe("subgraphs", () => {
  const bool: Tensor = { dtype: "bool", shape: [], data: Uint8Array.of(1) };

  it("are converted, and read what was converted around them", async () => {
    const condition = inputFor("go", bool);
    const [clipped] = apply("Clip", [x], { min: float(0) });
    const then = graphOf(
      "then",
      [x, clipped!],
      apply("Unsqueeze", apply("Clip", [clipped], { max: float(1) }), { axes: ints(0) }),
    );
    const other = graphOf("else", [x, clipped!], apply("Unsqueeze", apply("Neg", [clipped]), { axes: ints(0) }));
    const graph = graphOf(
      "g",
      [x, condition],
      apply("If", [condition], {
        then_branch: { type: "GRAPH", value: { ...then, inputs: [] } },
        else_branch: { type: "GRAPH", value: { ...other, inputs: [] } },
      }),
    );
    for (const go of [0, 1]) {
      const feeds = { x: waves(2, 3), go: { ...bool, data: Uint8Array.of(go) } };
      await expectSame(10, { graph, feeds });
    }
  });
});

describe("refusals", () => {
  it("lists all of them, grouped, with the names of their nodes", async () => {
    const named = (opType: string, name: string, input: Value, attributes = {}) =>
      createNode({ opType, domain: "", name, inputs: [input], attributes }, [{ name: `${name}_Y` }]).outputs[0]!;
    let value: Value = x;
    for (let i = 0; i < 7; i++) value = named("RotaryEmbedding", `rotary${i}`, value);
    const dilated = { kernel_shape: ints(2), dilations: ints(2) };
    const outputs = [named("AveragePool", "pool", named("DeformConv", "deform", value), dilated)];
    const call = () => convertOpset(graphOf("g", [x], outputs), 26, "young.onnx");
    const error = await refusal(
      call,
      "unsupported-model",
      "Cannot bring young.onnx from ONNX opset 26 to 18",
      "Export it again with opset 18",
    );
    const names = [0, 1, 2, 3, 4].map((i) => `"rotary${i}"`).join(", ");
    const reasons = [
      `RotaryEmbedding ${names} and 2 more: opset 18 has no such operator`,
      'DeformConv "deform": opset 18 has no such operator',
      'AveragePool "pool": its dilations are 2',
    ];
    expect(error.details.source).toBe("young.onnx");
    for (const reason of reasons) expect(error.message).toContain(reason);
    expect([...error.details.reason.split("; ")].sort()).toEqual([...reasons].sort());
  });

  it("says where a file is unsound", async () => {
    const { graph } = oneNode("Slice", [waves(2)], { starts: string("0") });
    const error = await refusal(
      () => convertOpset(graph, 9, "m.onnx"),
      "invalid-model",
      "Cannot read m.onnx",
      "its attribute starts is no INTS",
    );
    expect(error.details).toMatchObject({ source: "m.onnx", node: "slice" });
    const extra = node("Dropout", ["x"], ["y", "mask", "more"], { name: "drop" });
    const { graph: wrong } = readModel(file({ node: [extra] }), { source: "m.onnx" });
    const reason = 'its output "more" is one more than the operator has';
    await refusal(() => convertOpset(wrong, 9, "m.onnx"), "invalid-model", "Cannot read m.onnx", '"drop"', reason);
  });
});

describe("large graphs", () => {
  const deep = (opType: string, attributes: Attributes): Graph => {
    const input: Value = { name: "x", dtype: "float32", shape: [4] };
    let value = input;
    for (let i = 0; i < 2000; i++) value = apply(opType, [value], attributes)[0]!;
    return graphOf("deep", [input], [value]);
  };

  it.each([
    [7, "Clip", { min: float(0), max: float(6) }],
    [26, "Gelu", {}],
    [11, "Relu", {}],
  ] as const)("take little time, from opset %i with 2000 %s", (opset, opType, attributes) => {
    const graph = deep(opType, attributes);
    const start = performance.now();
    convertOpset(graph, opset, "m.onnx");
    // Measured: 0.03 to 0.3 seconds.
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it("run as before", async () => {
    const graph = deep("Clip", { min: float(0), max: float(6) });
    const [result] = await runIn(targetOpset, convertOpset(graph, 7, "m.onnx"), { x: float32([4], [-1, 0.5, 7, 2]) });
    expectTensors([result!], [float32([4], [0, 0.5, 6, 2])], 0);
  });
});

it("works on a function's body as on a graph", () => {
  const [a, axes] = [{ name: "a" }, constant("axes", int64([1], [0]))];
  const body = graphOf("body", [a], apply("ReduceMax", [a, axes]));
  expect(convertOpset(body, 20, "m.onnx")).toBe(body);
});
