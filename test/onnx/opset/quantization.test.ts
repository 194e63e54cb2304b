import { describe, expect, it } from "vitest";
import { convertOpset } from "../../../src/onnx/opset/convert.js";
import { float32, type Tensor } from "../../../src/tensor.js";
import { type Attributes, constant, expectSame, int, oneNode, string, waves } from "../../helpers/opset.js";
import { refusal } from "../../helpers/refusal.js";

const numbers = waves(2, 5);
const scale = constant("scale", float32([], [0.03]));
const zero = (dtype: "uint8" | "int8"): Tensor =>
  dtype === "uint8" ? { dtype, shape: [], data: Uint8Array.of(100) } : { dtype, shape: [], data: Int8Array.of(-3) };

describe("casts", () => {
  it("lose what concerns types that the target does not have", async () => {
    await expectSame(21, oneNode("Cast", [numbers], { to: int(6) }));
    // The runtime takes these attributes for such types alone; the standard allows them for any.
    const { graph } = oneNode("Cast", [numbers], { to: int(6), round_mode: string("down"), saturate: int(0) });
    expect(convertOpset(graph, 24, "m.onnx").nodes[0]!.attributes).toEqual({ to: int(6) });
    const like = oneNode("CastLike", [numbers, zero("int8")], { saturate: int(1), round_mode: string("up") });
    expect(convertOpset(like.graph, 24, "m.onnx").nodes[0]!.attributes).toEqual({});
  });

  it("refuse such types", async () => {
    const float8: Tensor = { dtype: "float8e5m2", shape: [1], data: Uint8Array.of(0) };
    for (const { graph } of [oneNode("Cast", [numbers], { to: int(17) }), oneNode("CastLike", [numbers, float8])])
      await refusal(
        () => convertOpset(graph, 19, "m.onnx"),
        "unsupported-model",
        /it casts to element type 1[79] of TensorProto/,
      );
  });
});

describe("quantization", () => {
  it.each(["uint8", "int8"] as const)("to and from %s stays", async (dtype) => {
    const point = constant("zero", zero(dtype));
    for (const opset of [19, 21, 23]) {
      const [quantized, back] = [
        oneNode("QuantizeLinear", [numbers, scale, point]),
        oneNode("DequantizeLinear", [zero(dtype), scale, point]),
      ];
      await expectSame(opset, quantized);
      await expectSame(opset, back);
    }
  });

  it("states its type no more where that is clear", async () => {
    const clear = oneNode("QuantizeLinear", [numbers, scale], { output_dtype: int(2) });
    expect((await expectSame(21, clear)).nodes[0]!.attributes).toEqual({});
    const shown = oneNode("QuantizeLinear", [numbers, scale, constant("zero", zero("int8"))], { output_dtype: int(3) });
    expect((await expectSame(21, shown)).nodes[0]!.attributes).toEqual({});
    const plain = oneNode("DequantizeLinear", [zero("int8"), scale], { output_dtype: int(1) });
    expect(convertOpset(plain.graph, 23, "m.onnx").nodes[0]!.attributes).toEqual({});
  });

  const int4: Tensor = { dtype: "int4", shape: [2], data: Uint8Array.of(0x12) };
  it.each<[string, number, string, readonly Tensor[], Attributes]>([
    [
      "it states output_dtype 3 instead of giving a zero point",
      21,
      "QuantizeLinear",
      [numbers],
      { output_dtype: int(3) },
    ],
    ["its precision is 1", 23, "QuantizeLinear", [numbers], { precision: int(1) }],
    ["it has a scale for each block of 32", 21, "QuantizeLinear", [numbers], { block_size: int(32) }],
    ["it has a scale for each block of 16", 25, "DequantizeLinear", [zero("int8")], { block_size: int(16) }],
    ["it quantizes to int4", 21, "DequantizeLinear", [int4], {}],
    ["its output_dtype is 10", 23, "DequantizeLinear", [zero("int8")], { output_dtype: int(10) }],
  ])("refuses: %s", async (reason, opset, opType, operands, attributes) => {
    const { graph } = oneNode(opType, [...operands, scale], attributes);
    await refusal(() => convertOpset(graph, opset, "m.onnx"), "unsupported-model", reason);
  });

  it("refuses a zero point of a younger type", async () => {
    const { graph } = oneNode("QuantizeLinear", [numbers, scale, constant("zero", int4)]);
    await refusal(() => convertOpset(graph, 21, "m.onnx"), "unsupported-model", "it quantizes to int4");
  });
});
