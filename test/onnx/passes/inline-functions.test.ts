import { describe, expect, it } from "vitest";
import type { Model } from "../../../src/onnx/graph.js";
import { inlineFunctions } from "../../../src/onnx/passes/inline-functions.js";
import {
  type AttributeProto,
  type Fields,
  type FunctionProto,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  onnx,
} from "../../../src/onnx/proto.js";
import { modelOf } from "../../../src/onnx/read.js";
import { float32, type Tensor } from "../../../src/tensor.js";
import { evaluate } from "../../helpers/evaluate.js";
import { refusal } from "../../helpers/refusal.js";
import { numbersOf } from "../../helpers/run-graph.js";
import { floats, info, modelProto, node, subgraph } from "../fixtures.js";

const opset = (domain: string, version: number) => new onnx.OperatorSetIdProto({ domain, version });
const attribute = (name: string, fields: Fields<AttributeProto>) => new onnx.AttributeProto({ name, ...fields });
const float = (name: string, f: number) => attribute(name, { type: 1, f });
const reference = (name: string, ref_attr_name: string, type = 1) => attribute(name, { type, ref_attr_name });

const define = (
  name: string,
  input: string[],
  output: string[],
  nodes: NodeProto[],
  more: Fields<FunctionProto> = {},
) =>
  new onnx.FunctionProto({
    name,
    domain: "local",
    input,
    output,
    node: nodes,
    opset_import: [opset("", 17), opset("local", 1)],
    ...more,
  });

const call = (name: string, input: string[], output: string[], fields: Fields<NodeProto> = {}) =>
  node(name, input, output, { domain: "local", name: `${name}_${output[0]}`, ...fields });

const modelWith = (functions: FunctionProto[], graph: Fields<GraphProto>, more: Fields<ModelProto> = {}): Model => {
  const opset_import = [opset("", 17), opset("local", 1)];
  return modelOf(modelProto(graph, { ir_version: 10, opset_import, functions, ...more }), { source: "m.onnx" });
};

const inline = (model: Model, convert: Parameters<typeof inlineFunctions>[2] = (body) => body): Model =>
  inlineFunctions(model, "m.onnx", convert);

const feeds = { x: float32([3], [-1, 0.5, 2]) };

const results = async (model: Model): Promise<number[][]> =>
  Object.values(await evaluate(model, feeds)).map((tensor: Tensor) => numbersOf(tensor));

/** The inlined model, which the runtime finds to compute what the functions did. */
async function equalInlined(model: Model): Promise<Model> {
  const inlined = inline(model);
  expect(inlined.proto!.functions).toEqual([]);
  expect(await results(inlined)).toEqual(await results(model));
  return inlined;
}

const names = ({ graph }: Model) => graph.nodes.map(({ opType, name }) => `${opType} ${name}`);

const leaky = define(
  "Leaky",
  ["a"],
  ["b"],
  [node("LeakyRelu", ["a"], ["b"], { name: "relu", attribute: [reference("alpha", "slope")] })],
  {
    attribute: ["slope"],
  },
);
const leakyByDefault = define(
  "LeakyByDefault",
  ["a"],
  ["b"],
  [call("Leaky", ["a"], ["b"], { attribute: [reference("slope", "s")] })],
  {
    attribute_proto: [float("s", 0.25)],
  },
);

describe("inlineFunctions", () => {
  it("replaces a call by the function's nodes, which bear the call's name and its outputs' names", async () => {
    const twice = define(
      "Twice",
      ["a"],
      ["sum", "same"],
      [node("Add", ["a", "a"], ["t"], { name: "add" }), node("Neg", ["t"], ["sum"]), node("Neg", ["sum"], ["same"])],
    );
    const model = modelWith(
      [twice],
      {
        output: [info("y", 3), info("z", 3)],
        node: [call("Twice", ["x"], ["t", ""], { name: "a" }), call("Twice", ["t"], ["y", "z"], { name: "" })],
      },
      { metadata_props: [new onnx.StringStringEntryProto({ key: "author", value: "me" })] },
    );
    const inlined = await equalInlined(model);
    expect(await results(inlined)).toEqual([
      [-4, 2, 8],
      [4, -2, -8],
    ]);
    expect(names(inlined)).toEqual(["Add a/add", "Neg a", "Add add", "Neg ", "Neg "]);
    expect(inlined.opsets).toEqual({ "": 17 });
    expect(inlined.metadata).toEqual({ author: "me" });
  });

  it("gives attributes that a body refers to the call's value, or the default, or leaves them out", async () => {
    const model = modelWith([leaky, leakyByDefault], {
      output: [info("p", 3), info("q", 3), info("r", 3), info("s", 3)],
      node: [
        call("Leaky", ["x"], ["p"], { attribute: [float("slope", 0.5)] }),
        call("Leaky", ["x"], ["q"]),
        call("LeakyByDefault", ["x"], ["r"], { attribute: [float("s", 0.75)] }),
        call("LeakyByDefault", ["x"], ["s"]),
      ],
    });
    const inlined = await equalInlined(model);
    const slopes = (await results(inlined)).map(([first]) => -first!);
    expect(slopes).toEqual([0.5, 0.01, 0.75, 0.25].map(Math.fround));
    expect(inlined.graph.nodes.map(({ attributes }) => Object.keys(attributes))).toEqual([
      ["alpha"],
      [],
      ["alpha"],
      ["alpha"],
    ]);
  });

  it("inlines in the branches of a graph, and functions that have branches of their own", async () => {
    const choose = define(
      "Choose",
      ["a", "which"],
      ["b"],
      [
        node("If", ["which"], ["b"], {
          attribute: [
            subgraph("then_branch", {
              output: [info("u")],
              node: [call("Leaky", ["a"], ["u"], { attribute: [reference("slope", "slope")] })],
            }),
            subgraph("else_branch", {
              output: [info("v")],
              node: [node("Elu", ["a"], ["v"], { attribute: [reference("alpha", "slope")] })],
            }),
          ],
        }),
      ],
    );
    const branch = (name: string, output: string) =>
      subgraph(name, {
        output: [info(output)],
        node: [
          call("Choose", ["x", name === "then_branch" ? "yes" : "no"], [output], { attribute: [float("slope", 2)] }),
        ],
      });
    const bool = (name: string, value: number) =>
      new onnx.TensorProto({ name, dims: [], data_type: 9, int32_data: [value] });
    for (const taken of [0, 1]) {
      const model = modelWith([leaky, choose], {
        initializer: [bool("taken", taken), bool("yes", 1), bool("no", 0)],
        node: [node("If", ["taken"], ["y"], { attribute: [branch("then_branch", "t"), branch("else_branch", "e")] })],
      });
      const inlined = await equalInlined(model);
      expect((await results(inlined))[0]![0]).toBeCloseTo(taken ? -2 : 2 * Math.expm1(-1), 5);
    }
  });

  it("leaves out optional inputs that a call leaves out, and tells overloads and domains apart", async () => {
    const clip = define("Clamp", ["a", "low", "high"], ["b"], [node("Clip", ["a", "low", "high"], ["b"])]);
    const overloaded = define("Clamp", ["a"], ["b"], [node("Neg", ["a"], ["b"])], { overload: "negative" });
    const standard = define("Clamp", ["a"], ["b"], [node("Abs", ["a"], ["b"])], { domain: "other" });
    const model = modelWith(
      [overloaded, clip, standard],
      {
        output: ["p", "q", "r"].map((name) => info(name, 3)),
        initializer: [floats("one", [], [1])],
        node: [
          call("Clamp", ["x", "", "one"], ["p"]),
          call("Clamp", ["x"], ["q"], { overload: "negative" }),
          call("Clamp", ["x"], ["r"], { domain: "other" }),
        ],
      },
      { opset_import: [opset("", 17), opset("local", 1), opset("other", 3), opset("com.example", 1)] },
    );
    const inlined = await equalInlined(model);
    expect(await results(inlined)).toEqual([
      [-1, 0.5, 1],
      [1, -0.5, -2],
      [1, 0.5, 2],
    ]);
    // Nobody's domain that never was a function's stays as it was.
    expect(inlined.opsets).toEqual({ "": 17, "com.example": 1 });
  });

  it("keeps names of outputs that a function merely passes on", async () => {
    const pass = define("Pass", ["a"], ["b", "c"], [node("Relu", ["a"], ["r"]), node("Identity", ["a"], ["c"])]);
    const both = define("Both", ["a"], ["b", "a", "b"], [node("Relu", ["a"], ["b"])]);
    const model = modelWith([pass, both], {
      output: ["p", "q", "r"].map((name) => info(name, 3)),
      node: [call("Both", ["x"], ["p", "q", "r"])],
    });
    const inlined = inline(model);
    expect(inlined.graph.outputs.map(({ name }) => name)).toEqual(["p", "q", "r"]);
    expect(await results(inlined)).toEqual([
      [0, 0.5, 2],
      [-1, 0.5, 2],
      [0, 0.5, 2],
    ]);
  });

  it("hands over each body, arguments in place, with its own opsets before it becomes part of the graph", async () => {
    const fused = define(
      "Fused",
      ["a"],
      ["b"],
      [
        node("FusedMatMul", ["a", "a"], ["m"], { domain: "com.microsoft" }),
        call("Leaky", ["m"], ["b"], { attribute: [reference("slope", "slope")] }),
      ],
      {
        opset_import: [opset("", 13), opset("com.microsoft", 1), opset("local", 1)],
      },
    );
    const model = modelWith([fused, leaky], {
      output: [info("y")],
      node: [call("Fused", ["x"], ["y"], { attribute: [float("slope", 0.5)] })],
    });
    const seen: unknown[] = [];
    const inlined = inline(model, (body, opsets) => {
      seen.push([
        body.nodes.map(({ opType, attributes }) => [opType, Object.values(attributes).map(({ value }) => value)]),
        opsets,
      ]);
      return body;
    });
    expect(seen).toEqual([
      [
        [
          ["FusedMatMul", []],
          ["Leaky", [0.5]],
        ],
        { "": 13, "com.microsoft": 1, local: 1 },
      ],
      [[["LeakyRelu", [0.5]]], { "": 17, local: 1 }],
    ]);
    expect(inlined.opsets).toEqual({ "": 17, "com.microsoft": 1 });
    expect(await results(inlined)).toEqual([[5.25]]);
  });

  it("returns the model itself when it has no functions", () => {
    const model = modelWith([], { node: [node("Relu", ["x"], ["y"])] });
    expect(inline(model)).toBe(model);
  });

  it("refuses functions that call themselves", async () => {
    const ping = define("Ping", ["a"], ["b"], [call("Pong", ["a"], ["b"], { name: "back" })]);
    const pong = define("Pong", ["a"], ["b"], [call("Ping", ["a"], ["b"])]);
    const model = modelWith([ping, pong], { node: [call("Ping", ["x"], ["y"])] });
    await refusal(() => inline(model), "invalid-model", /m\.onnx.*function Ping calls itself.*Ping_b/);
  });

  it.each([
    ["takes too much", call("Leaky", ["x", "x"], ["y"]), /Leaky is called with more inputs or outputs than it has/],
    ["gives too much", call("Leaky", ["x"], ["y", "z"]), /Leaky is called with more inputs or outputs than it has/],
    ["lacks what it needs", call("Same", [""], ["y"]), /Same needs its input "a", which is left out/],
  ])("refuses a call that %s", async (_, wrong, message) => {
    const same = define("Same", ["a"], ["a"], [node("Neg", ["a"], ["b"])]);
    await refusal(
      () => inline(modelWith([leaky, same], { node: [wrong] })),
      "invalid-model",
      message,
      /Leaky_y|Same_y/,
    );
  });

  it("refuses functions that multiply each other or nest without end, in no time", async () => {
    const level = (i: number, calls: number) =>
      define(
        `F${i}`,
        ["a"],
        ["b"],
        Array.from({ length: calls }, (_, k) =>
          call(`F${i + 1}`, [k ? `t${k}` : "a"], [k === calls - 1 ? "b" : `t${k + 1}`]),
        ),
      );
    const levels = (count: number, calls: number) => [
      ...Array.from({ length: count }, (_, i) => level(i, calls)),
      define(`F${count}`, ["a"], ["b"], [node("Neg", ["a"], ["b"])]),
    ];
    const graph = { node: [call("F0", ["x"], ["y"])] };
    const before = performance.now();
    await refusal(
      () => inline(modelWith(levels(20, 10), graph)),
      "unsupported-model",
      /more than 100000 nodes/,
      /inline_local_functions/,
    );
    await refusal(() => inline(modelWith(levels(300, 1), graph)), "unsupported-model", /100 levels deep/);
    expect(performance.now() - before).toBeLessThan(10_000);
    expect(await results(inline(modelWith(levels(4, 5), graph)))).toEqual([[1, -0.5, -2]]);
  });
});
