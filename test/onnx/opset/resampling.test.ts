import { describe, expect, it } from "vitest";
import { graphOf } from "../../../src/onnx/graph.js";
import { convertOpset } from "../../../src/onnx/opset/convert.js";
import { float32, int64 } from "../../../src/tensor.js";
import { apply, constant, expectSame, float, floats, inputFor, oneNode, string, waves } from "../../helpers/opset.js";

const image = waves(1, 2, 5, 7);
const by = (...scales: number[]) => constant("scales", float32([scales.length], scales));

describe("Upsample", () => {
  it.each(["nearest", "linear"])("by the mode %s becomes Resize", async (mode) => {
    for (const scales of [
      [1, 1, 2, 3],
      [1, 1, 1.5, 2.4],
    ]) {
      const attributes = { mode: string(mode), scales: floats(...scales) };
      for (const opset of [7, 8]) await expectSame(opset, oneNode("Upsample", [image], attributes));
      await expectSame(9, oneNode("Upsample", [image, by(...scales)], { mode: string(mode) }));
    }
    await expectSame(9, oneNode("Upsample", [image, float32([4], [1, 1, 2, 2])], { mode: string(mode) }));
  });

  it("is nearest by default", async () => {
    const { nodes } = await expectSame(7, oneNode("Upsample", [image], { scales: floats(1, 1, 2, 2) }));
    expect(nodes[0]).toMatchObject({ opType: "Resize", attributes: { nearest_mode: string("floor") } });
  });
});

describe("Resize of opset 10", () => {
  it.each([
    ["nearest", [1, 1, 2, 1.7]],
    ["nearest", [1, 1, 0.5, 0.6]],
    ["linear", [1, 1, 2, 1.7]],
    ["linear", [1, 1, 0.6, 0.4]],
    ["linear", [1, 1, 0.6, 2]],
  ] as const)("maps pixels as it did: %s by %j", async (mode, scales) => {
    await expectSame(10, oneNode("Resize", [image, by(...scales)], { mode: string(mode) }));
    const stored = apply("Constant", [], { value: { type: "TENSOR", value: by(...scales).constant! } })[0]!;
    await expectSame(10, oneNode("Resize", [image, stored], { mode: string(mode) }));
  });

  it("refuses what one rounding cannot say", () => {
    const { graph } = oneNode("Resize", [image, by(1, 1, 0.6, 2)]);
    expect(() => convertOpset(graph, 10, "m.onnx")).toThrow("it enlarges along one axis and shrinks along another");
  });
});

describe("Resize of opset 11", () => {
  const none = constant("none", float32([0]));
  const sizes = constant("sizes", int64([4], [1, 2, 8, 9]));
  it.each([
    ["scales", [none, by(1, 1, 1.6, 2)], {}],
    ["sizes", [none, none, sizes], { mode: string("cubic"), cubic_coeff_a: float(-0.5) }],
    ["aligned corners", [none, none, sizes], { coordinate_transformation_mode: string("align_corners") }],
    ["ceil", [none, by(1, 1, 1.6, 2)], { nearest_mode: string("ceil") }],
  ] as const)("keeps %s", async (_, operands, attributes) => {
    const { nodes } = await expectSame(
      11,
      oneNode("Resize", [image, ...operands], { mode: string("linear"), ...attributes }),
    );
    expect(nodes[0]!.inputs[1]).toBeUndefined();
  });

  it("keeps the region of a crop", async () => {
    const roi = constant("roi", float32([8], [0, 0, 0.2, 0.1, 1, 1, 0.9, 0.8]));
    const attributes = { mode: string("linear"), coordinate_transformation_mode: string("tf_crop_and_resize") };
    await expectSame(11, oneNode("Resize", [image, roi, none, sizes], attributes));
  });

  it.each([[[1, 1, 2, 3]], [[1, 1, 0.5, 1.7]]])(
    "says TensorFlow's nearest neighbour in today's words, by %j",
    async (scales) => {
      const attributes = {
        coordinate_transformation_mode: string("tf_half_pixel_for_nn"),
        nearest_mode: string("floor"),
      };
      await expectSame(11, oneNode("Resize", [image, none, by(...scales)], attributes));
    },
  );

  it.each([
    [{ mode: string("linear") }, '"tf_half_pixel_for_nn", with "interpolation"'],
    [{ nearest_mode: string("ceil") }, '"tf_half_pixel_for_nn", with "ceil"'],
  ])("refuses the rest of that mode", (attributes, reason) => {
    const mapping = { coordinate_transformation_mode: string("tf_half_pixel_for_nn") };
    const { graph } = oneNode("Resize", [image, none, by(1, 1, 2, 2)], { ...mapping, ...attributes });
    expect(() => convertOpset(graph, 12, "m.onnx")).toThrow(reason);
  });
});

describe("newer forms", () => {
  it("Resize is taken as it is, but for the symmetric mapping", async () => {
    const attributes = { mode: string("linear"), coordinate_transformation_mode: string("half_pixel") };
    await expectSame(19, oneNode("Resize", [image, undefined, by(1, 1, 2, 2)], attributes));
    const symmetric = { coordinate_transformation_mode: string("half_pixel_symmetric") };
    const { graph } = oneNode("Resize", [image, undefined, by(1, 1, 2, 2)], symmetric);
    expect(() => convertOpset(graph, 19, "m.onnx")).toThrow('coordinate_transformation_mode is "half_pixel_symmetric"');
  });

  it.each(["linear", "nearest", "cubic"])("GridSample by the mode %s has its former name", async (mode) => {
    const grid = waves(1, 3, 4, 2);
    for (const opset of [20, 22])
      await expectSame(
        opset,
        oneNode("GridSample", [image, grid], { mode: string(mode), padding_mode: string("border") }),
      );
    await expectSame(20, oneNode("GridSample", [image, grid]));
  });

  it("GridSample is refused for volumes", () => {
    const x = inputFor("x", waves(1, 1, 2, 2, 2));
    const graph = graphOf("g", [x], apply("GridSample", [x, constant("grid", waves(1, 2, 2, 2, 3))]));
    expect(() => convertOpset(graph, 20, "m.onnx")).toThrow("its input has 5 axes instead of 4");
  });
});
