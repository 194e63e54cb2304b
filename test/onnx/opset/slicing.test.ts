import { describe, expect, it } from "vitest";
import { convertOpset } from "../../../src/onnx/opset/convert.js";
import { tensorOf } from "../../../src/onnx/tensor-data.js";
import { int64 } from "../../../src/tensor.js";
import { constant, expectSame, float, int, ints, oneNode, string, waves } from "../../helpers/opset.js";

const numbers = waves(2, 6, 4);

describe("Slice", () => {
  it.each([
    ["some axes", { starts: ints(1, -3), ends: ints(2, 1000), axes: ints(0, 2) }],
    ["the first axes", { starts: ints(0, 2), ends: ints(1, -1) }],
  ] as const)("cuts %s", async (_, attributes) => {
    for (const opset of [7, 9]) await expectSame(opset, oneNode("Slice", [numbers], attributes));
  });

  it("keeps INT64_MAX, to the end, exact", async () => {
    const end = { type: "INTS", value: [2n ** 63n - 1n] } as const;
    const { nodes } = await expectSame(9, oneNode("Slice", [numbers], { starts: ints(1), ends: end }));
    expect(tensorOf(nodes[0]!.inputs[2]!.constant!).data).toEqual(BigInt64Array.of(2n ** 63n - 1n));
  });
});

describe("Split", () => {
  const sizes = constant("split", int64([3], [1, 2, 3]));
  it.each([
    ["sizes as an attribute", 7, [numbers], { axis: int(1), split: ints(1, 2, 3) }],
    ["sizes as an input", 13, [numbers, sizes], { axis: int(-2) }],
    ["equal parts", 11, [numbers], { axis: int(1) }],
    ["equal parts of opset 13", 13, [numbers], { axis: int(1) }],
  ] as const)("divides by %s", async (_, opset, operands, attributes) => {
    const { nodes } = await expectSame(opset, oneNode("Split", operands, attributes, 3));
    expect(nodes[0]!.attributes.num_outputs).toEqual(nodes[0]!.inputs[1] ? undefined : int(3));
  });
});

describe("Pad", () => {
  const pads = ints(0, 1, 0, 0, 0, 2);
  it.each([
    ["zeros", {}],
    ["a number", { value: float(-1.5), mode: string("constant") }],
    ["reflections", { mode: string("reflect") }],
    ["the edge", { mode: string("edge") }],
  ] as const)("adds %s", async (_, attributes) => {
    for (const opset of [7, 10]) await expectSame(opset, oneNode("Pad", [numbers], { ...attributes, pads }));
  });

  it("gives the number the type of the data", async () => {
    const double = { dtype: "float64", shape: [2], data: Float64Array.of(1, 2) } as const;
    const { nodes } = await expectSame(10, oneNode("Pad", [double], { pads: ints(1, 1), value: float(0.5) }));
    expect(nodes[0]!.inputs[2]).toMatchObject({ dtype: "float64", shape: [] });
  });

  it("takes the newer form as it is, but refuses to wrap around", async () => {
    const operands = [numbers, constant("pads", int64([6], [0, 1, 0, 0, 0, 2]))];
    await expectSame(21, oneNode("Pad", operands, { mode: string("edge") }));
    const { graph } = oneNode("Pad", operands, { mode: string("wrap") });
    expect(() => convertOpset(graph, 19, "m.onnx")).toThrow('Pad "pad": it pads by the mode "wrap"');
  });
});

it("TopK gets its number as an input", async () => {
  for (const opset of [7, 9]) await expectSame(opset, oneNode("TopK", [numbers], { k: int(2), axis: int(1) }, 2));
  await expectSame(24, oneNode("TopK", [numbers, constant("k", int64([1], [3]))], {}, 2));
});
