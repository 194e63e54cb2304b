import { describe, expect, it } from "vitest";
import { createNode, graphOf } from "../../../src/onnx/graph.js";
import { convertOpset } from "../../../src/onnx/opset/convert.js";
import { float32, type Tensor } from "../../../src/tensor.js";
import { apply, constant, expectSame, float, inputFor, int, oneNode, opTypes, waves } from "../../helpers/opset.js";
import { refusal } from "../../helpers/refusal.js";

const image = waves(2, 6, 4, 3);
const positive = ({ shape, data }: Tensor<"float32">): Tensor =>
  float32(
    shape,
    data.map((x) => 0.5 + Math.abs(x)),
  );
const statistics = (shape: number[]) => [
  constant("scale", waves(...shape)),
  constant("bias", positive(waves(...shape))),
  constant("mean", waves(...shape)),
  constant("var", positive(waves(...shape))),
];

describe("BatchNormalization", () => {
  it.each([7, 8, 9, 13, 14])("of opset %i stays in inference", async (opset) => {
    const attributes = { epsilon: float(1e-3), momentum: float(0.8) };
    const { nodes } = await expectSame(
      opset,
      oneNode("BatchNormalization", [image, ...statistics([6])], attributes),
      1e-6,
    );
    expect(nodes[0]!.attributes).toEqual(attributes);
  });

  it("loses `spatial` where it says nothing", async () => {
    const test = oneNode("BatchNormalization", [image, ...statistics([6])], { spatial: int(1) });
    expect((await expectSame(8, test, 1e-6)).nodes[0]!.attributes).toEqual({});
  });

  it("reads MXNet's spatial = 0 by channel, as its statistics are", async () => {
    const zero = oneNode("BatchNormalization", [image, ...statistics([6])], { spatial: int(0) });
    expect(convertOpset(zero.graph, 7, "m.onnx").nodes[0]!.attributes).toEqual({});
  });

  it("loses outputs that are listed and left out, as Caffe2 does", () => {
    const { graph } = oneNode("BatchNormalization", [image, ...statistics([6])]);
    const { outputs, ...fields } = graph.nodes[0]!;
    const node = createNode(fields, [...outputs, undefined, undefined, undefined, undefined]);
    const [output] = convertOpset(graphOf("g", graph.inputs, [node.outputs[0]!]), 7, "m.onnx").outputs;
    expect(output!.producer!.outputs).toEqual([output]);
  });

  it("refuses statistics by place", async () => {
    const byPlace = oneNode("BatchNormalization", [image, ...statistics([6, 4, 3])], { spatial: int(0) });
    await refusal(() => convertOpset(byPlace.graph, 7, "m.onnx"), "unsupported-model", "its attribute spatial is 0");
  });

  it("says training mode as it is said since, where statistics are outputs", () => {
    const { graph } = oneNode("BatchNormalization", [image, ...statistics([6])], {}, 5);
    const [node] = convertOpset(graph, 13, "m.onnx").nodes;
    expect(node!.attributes).toEqual({ training_mode: int(1) });
    expect(node!.outputs.length).toBe(3);
    const since = oneNode("BatchNormalization", [image, ...statistics([6])], { training_mode: int(1) }, 3).graph;
    expect(convertOpset(since, 14, "m.onnx")).toBe(since);
  });
});

describe("GroupNormalization", () => {
  const groups = { num_groups: int(3), epsilon: float(1e-3) };
  const byChannel = [constant("scale", waves(6)), constant("bias", waves(6))];
  it.each([[[2, 6, 4, 3]], [[2, 6, 5]], [[3, 6]]])("by channel on %j", async (shape) => {
    for (const opset of [21, 26]) {
      const converted = await expectSame(
        opset,
        oneNode("GroupNormalization", [waves(...shape), ...byChannel], groups),
        2e-6,
      );
      expect(opTypes(converted)).toContain("InstanceNormalization");
    }
  });

  it("needs no shape but the scale's", async () => {
    const x = inputFor("x", image, "unstated");
    const graph = graphOf("g", [x], apply("GroupNormalization", [x, ...byChannel], groups));
    await expectSame(21, { graph, feeds: { x: image } }, 2e-6);
  });

  it("takes a double's statistics in single precision", async () => {
    const double: Tensor = { dtype: "float64", shape: [1, 6, 7], data: Float64Array.from(waves(1, 6, 7).data) };
    const scales = ["scale", "bias"].map((name) =>
      constant(name, { dtype: "float64", shape: [6], data: new Float64Array(6).fill(1.5) }),
    );
    expect(opTypes(await expectSame(21, oneNode("GroupNormalization", [double, ...scales], groups), 2e-6))).toContain(
      "Cast",
    );
  });

  it("by group, as the target itself has it, deprecated", async () => {
    const byGroup = [constant("scale", waves(3)), constant("bias", waves(3))];
    for (const opset of [18, 20]) {
      const converted = await expectSame(opset, oneNode("GroupNormalization", [image, ...byGroup], groups), 2e-6);
      expect(opTypes(converted)).toEqual(["Reshape", "InstanceNormalization", "Shape", "Reshape"]);
    }
  });

  it("refuses an unknown number of channels, and one that makes no groups", async () => {
    const scale = inputFor("scale", waves(6), "unstated");
    const x = inputFor("x", image, "unstated");
    const graph = graphOf("g", [x, scale], apply("GroupNormalization", [x, scale, scale], groups));
    await refusal(() => convertOpset(graph, 21, "m.onnx"), "unsupported-model", "its number of channels is not stated");
    for (const count of [4, 0, -1]) {
      const uneven = oneNode("GroupNormalization", [image, ...byChannel], { num_groups: int(count) });
      await refusal(
        () => convertOpset(uneven.graph, 21, "m.onnx"),
        "invalid-model",
        `6 channels do not make ${count} groups`,
      );
    }
  });
});

describe("RMSNormalization", () => {
  it.each([
    ["the last axis", {}, [3]],
    ["the last two", { axis: int(-2), epsilon: float(0.1) }, [4, 3]],
    ["those from the second on", { axis: int(1) }, [6, 4, 3]],
  ])("over %s", async (_, attributes, shape) => {
    const operands = [image, constant("scale", waves(...shape))];
    await expectSame(23, oneNode("RMSNormalization", operands, attributes), 1e-6);
    const x = inputFor("x", image, "unstated");
    const graph = graphOf("g", [x], apply("RMSNormalization", [x, operands[1] as never], attributes));
    await expectSame(24, { graph, feeds: { x: image } }, 1e-6);
  });

  it("takes a double's mean in single precision", async () => {
    const double: Tensor = { dtype: "float64", shape: [2, 7], data: Float64Array.from(waves(2, 7).data) };
    const scale = constant("scale", { dtype: "float64", shape: [7], data: new Float64Array(7).fill(1.5) });
    await expectSame(23, oneNode("RMSNormalization", [double, scale]), 1e-6);
  });
});
