import { describe, expect, it } from "vitest";
import { createNode, graphOf } from "../../../src/onnx/graph.js";
import { convertOpset } from "../../../src/onnx/opset/convert.js";
import { targetOpset } from "../../../src/onnx/schema.js";
import { tensorOf } from "../../../src/onnx/tensor-data.js";
import type { Tensor } from "../../../src/tensor.js";
import { apply, expectSame, float, inputFor, oneNode, opTypes, runIn, string, waves } from "../../helpers/opset.js";
import { numbersOf } from "../../helpers/run-graph.js";

const numbers = waves(3, 50);

describe("Clip", () => {
  it.each([
    ["both bounds", { min: float(-0.5), max: float(1) }],
    ["a lower one", { min: float(0) }],
    ["an upper one", { max: float(0) }],
    ["none", {}],
  ])("keeps %s", async (_, attributes) => {
    for (const opset of [7, 10]) await expectSame(opset, oneNode("Clip", [numbers], attributes));
  });

  it("gives the bounds the type of the input, which the graph before it may have to tell", async () => {
    // The runtime has no such Clip for doubles before opset 12.
    const x: Tensor = { dtype: "float64", shape: [3], data: Float64Array.of(-2, 0.5, 7) };
    const value = inputFor("x", x);
    const graph = graphOf("g", [value], apply("Clip", apply("Abs", apply("Transpose", [value])), { max: float(6) }));
    const converted = convertOpset(graph, 10, "m.onnx");
    expect(converted.nodes.at(-1)!.inputs.map((input) => input?.dtype)).toEqual([undefined, undefined, "float64"]);
    const [result] = await runIn(targetOpset, converted, { x });
    expect(numbersOf(result!)).toEqual([2, 0.5, 6]);
  });
});

describe("Dropout", () => {
  it("keeps its ratio as an input, and lets everything pass", async () => {
    for (const opset of [7, 10]) {
      const { nodes } = await expectSame(opset, oneNode("Dropout", [numbers], { ratio: float(0.25) }));
      expect(nodes[0]!.attributes).toEqual({});
      expect(numbersOf(tensorOf(nodes[0]!.inputs[1]!.constant!))).toEqual([0.25]);
    }
    const { nodes } = await expectSame(7, oneNode("Dropout", [numbers]));
    expect(nodes[0]!.inputs).toHaveLength(1);
  });

  it("gives a mask of the type it had", async () => {
    const x = inputFor("x", numbers);
    const described = ["y", "mask"].map((name) => ({ name, dtype: "float32", shape: [3, 50] }) as const);
    const dropout = createNode({ opType: "Dropout", domain: "", name: "drop", inputs: [x], attributes: {} }, described);
    const graph = graphOf(
      "g",
      [x],
      dropout.outputs.map((value) => value!),
    );
    const converted = convertOpset(graph, 9, "m.onnx");
    expect(opTypes(converted)).toEqual(["Dropout", "Cast"]);
    expect(converted.outputs).toMatchObject(described);
    expect(converted.nodes[0]!.outputs[1]).toMatchObject({ dtype: "bool", shape: [3, 50] });
  });
});

describe("activations younger than the target", () => {
  it.each(["none", "tanh"])("Gelu, approximated by %s", async (approximate) => {
    const { graph, feeds } = oneNode("Gelu", [numbers], { approximate: string(approximate) });
    for (const opset of [20, 26]) {
      const converted = await expectSame(opset, { graph, feeds }, 1e-6);
      expect(opTypes(converted)).toContain(approximate === "tanh" ? "Tanh" : "Erf");
    }
  });

  it("Gelu is exact by default, and no third curve is known", async () => {
    expect(opTypes(await expectSame(20, oneNode("Gelu", [numbers]), 1e-6))).toEqual([
      "Div",
      "Erf",
      "Add",
      "Mul",
      "Mul",
    ]);
    const { graph } = oneNode("Gelu", [numbers], { approximate: string("sigmoid") });
    expect(() => convertOpset(graph, 20, "m.onnx")).toThrow('its attribute approximate is "sigmoid"');
  });

  it.each([
    ["the plain one", {}, ["Sigmoid", "Mul"]],
    ["another slope", { alpha: float(1.7) }, ["Mul", "Sigmoid", "Mul"]],
  ])("Swish, %s", async (_, attributes, operators) => {
    expect(opTypes(await expectSame(24, oneNode("Swish", [numbers], attributes), 1e-6))).toEqual(operators);
  });
});

it("leaves a constant's type to the runtime when nothing shows it", () => {
  const foreign = createNode({ opType: "Magic", domain: "com.example", name: "", inputs: [], attributes: {} }, [
    { name: "m" },
  ]);
  const graph = graphOf("g", [], apply("Clip", [foreign.outputs[0]], { min: float(0) }));
  expect(opTypes(convertOpset(graph, 10, "m.onnx"))).toEqual(["Magic", "CastLike", "Clip"]);
});
