import { describe, expect, it } from "vitest";
import { convertOpset } from "../../../src/onnx/opset/convert.js";
import { tensorOf } from "../../../src/onnx/tensor-data.js";
import { float32, int64 } from "../../../src/tensor.js";
import { constant, expectSame, int, ints, oneNode, waves } from "../../helpers/opset.js";
import { numbersOf } from "../../helpers/run-graph.js";

const numbers = waves(2, 3, 4);
const flat = waves(1, 3, 1);

describe("Squeeze and Unsqueeze", () => {
  it.each([
    ["Squeeze", 7, flat, { axes: ints(2) }],
    ["Squeeze", 11, flat, { axes: ints(-1, 0) }],
    ["Squeeze", 12, flat, {}],
    ["Unsqueeze", 7, numbers, { axes: ints(0, 2) }],
    ["Unsqueeze", 11, numbers, { axes: ints(-1) }],
  ] as const)("%s of opset %i keeps its axes", async (opType, opset, x, attributes) => {
    const { nodes } = await expectSame(opset, oneNode(opType, [x], attributes));
    expect(nodes[0]!.attributes).toEqual({});
    expect(nodes[0]!.inputs).toHaveLength("axes" in attributes ? 2 : 1);
  });
});

describe("reductions", () => {
  it.each([
    ...["L1", "L2", "LogSum", "LogSumExp", "Max", "Mean", "Min", "Prod", "Sum", "SumSquare"].map(
      (name) => `Reduce${name}`,
    ),
  ])("%s keeps its axes from opset 7, 11 and 13", async (opType) => {
    const positive = { ...numbers, data: numbers.data.map(Math.abs) };
    for (const opset of [7, 11, 12]) {
      await expectSame(opset, oneNode(opType, [positive], { axes: ints(1), keepdims: int(0) }), 1e-6);
      await expectSame(opset, oneNode(opType, [positive]), 1e-6);
    }
    const operands = opType === "ReduceSum" ? [positive, constant("axes", int64([1], [1]))] : [positive];
    await expectSame(13, oneNode(opType, operands, opType === "ReduceSum" ? {} : { axes: ints(-1, 0) }), 1e-6);
  });

  it("reads an empty list of axes as all of them, as before", async () => {
    const { nodes } = await expectSame(13, oneNode("ReduceMean", [numbers], { axes: ints() }), 1e-6);
    expect(nodes[0]!.inputs).toHaveLength(1);
  });

  it("refuses to compare booleans, which opset 18 does not", () => {
    const { graph } = oneNode("ReduceMax", [{ dtype: "bool", shape: [2], data: Uint8Array.of(0, 1) }]);
    expect(() => convertOpset(graph, 20, "m.onnx")).toThrow(/ReduceMax "reducemax": it compares booleans/);
  });

  it("takes the newer form as it is otherwise", () => {
    const { graph } = oneNode("ReduceMax", [numbers]);
    expect(convertOpset(graph, 20, "m.onnx")).toBe(graph);
  });
});

describe("DFT", () => {
  const signal = waves(2, 5, 1);
  it.each([
    ["its default axis", []],
    ["a stated one", [undefined, constant("axis", int64([], [1]))]],
  ] as const)("keeps %s", async (_, operands) => {
    const { nodes } = await expectSame(20, oneNode("DFT", [signal, ...operands]), 1e-6);
    expect(nodes[0]!.attributes.axis).toEqual(int(operands.length > 0 ? 1 : -2));
  });

  it("refuses a computed axis", () => {
    const { graph } = oneNode("DFT", [signal, undefined, int64([], [1])]);
    expect(() => convertOpset(graph, 20, "m.onnx")).toThrow("its axis is computed");
  });
});

it("says which attribute is missing", () => {
  const { graph } = oneNode("Unsqueeze", [float32([1])]);
  expect(() => convertOpset(graph, 11, "m.onnx")).toThrow(/Unsqueeze "unsqueeze", it lacks the attribute axes/);
});

it("writes axes as int64", () => {
  const { graph } = oneNode("Squeeze", [flat], { axes: ints(0, 2) });
  const axes = convertOpset(graph, 12, "m.onnx").nodes[0]!.inputs[1]!;
  expect(axes).toMatchObject({ dtype: "int64", shape: [2] });
  expect(numbersOf(tensorOf(axes.constant!))).toEqual([0, 2]);
});
