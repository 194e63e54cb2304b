import { describe, expect, it } from "vitest";
import { convertOpset } from "../../../src/onnx/opset/convert.js";
import { float32, int64 } from "../../../src/tensor.js";
import { constant, expectSame, int, ints, oneNode, string, waves } from "../../helpers/opset.js";

const image = waves(1, 2, 7, 7);
const window = { kernel_shape: ints(3, 3), strides: ints(2, 2) };

describe("pooling", () => {
  it.each([
    ["pads", { pads: ints(1, 1, 1, 1) }],
    ["pads that count", { pads: ints(1, 0, 1, 0), count_include_pad: int(1) }],
    ["SAME_UPPER", { auto_pad: string("SAME_UPPER") }],
    ["SAME_LOWER", { auto_pad: string("SAME_LOWER") }],
    ["VALID", { auto_pad: string("VALID") }],
  ] as const)("averages the same with %s in any opset", async (_, attributes) => {
    const { nodes } = await expectSame(7, oneNode("AveragePool", [image], { ...window, ...attributes }), 1e-6);
    expect(nodes[0]!.attributes).toMatchObject(attributes);
    for (const opset of [10, 19, 22])
      await expectSame(opset, oneNode("AveragePool", [image], { ...window, ...attributes, ceil_mode: int(1) }), 1e-6);
  });

  it.each(["SAME_UPPER", "SAME_LOWER"])("convolves and transposes the same with %s in any opset", async (auto_pad) => {
    for (const opset of [7, 22]) {
      const attributes = { auto_pad: string(auto_pad), strides: ints(2, 2) };
      await expectSame(opset, oneNode("Conv", [image, constant("w", waves(3, 2, 3, 3))], attributes), 1e-6);
      await expectSame(opset, oneNode("ConvTranspose", [image, constant("w", waves(2, 3, 3, 3))], attributes), 1e-6);
    }
  });

  it("takes dilations of 1, and refuses others", async () => {
    const { nodes } = await expectSame(19, oneNode("AveragePool", [image], { ...window, dilations: ints(1, 1) }), 1e-6);
    expect(nodes[0]!.attributes).not.toHaveProperty("dilations");
    const { graph } = oneNode("AveragePool", [image], { ...window, dilations: ints(2, 1) });
    expect(() => convertOpset(graph, 22, "m.onnx")).toThrow('AveragePool "averagepool": its dilations are 2, 1');
  });
});

it.each([10, 15])("RoiAlign of opset %i has no half-pixel shift", async (opset) => {
  const boxes = constant("boxes", float32([1, 4], [0.5, 0.5, 5.5, 4]));
  const operands = [image, boxes, constant("batch", int64([1], [0]))];
  await expectSame(opset, oneNode("RoiAlign", operands, { output_height: int(2), output_width: int(3) }), 1e-6);
});
