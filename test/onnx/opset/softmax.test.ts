import { describe, expect, it } from "vitest";
import { graphOf } from "../../../src/onnx/graph.js";
import { apply, constant, expectSame, inputFor, int, oneNode, opTypes, waves } from "../../helpers/opset.js";

const numbers = waves(2, 3, 4);

/** The same with an input whose shape the file does not state. */
function unstated(opType: string, attributes = {}) {
  const x = inputFor("x", numbers, "unstated");
  return { graph: graphOf(opType, [x], apply(opType, [x], attributes)), feeds: { x: numbers } };
}

describe.each(["Softmax", "LogSoftmax", "Hardmax"])("%s", (opType) => {
  it.each([
    ["the last axis", waves(2, 5), {}],
    ["the only long axis", waves(2, 5, 1, 1), { axis: int(1) }],
    ["an axis of a batch of one", waves(1, 1, 1, 4), { axis: int(0) }],
    ["axes of length 1", waves(3, 1, 1), { axis: int(1) }],
  ] as const)("stays itself along %s", async (_, x, attributes) => {
    for (const opset of [7, 11, 12]) {
      expect(opTypes(await expectSame(opset, oneNode(opType, [x], attributes), 1e-6))).toEqual([opType]);
    }
  });

  it.each([
    ["by default", 7, {}],
    ["from the first axis on", 9, { axis: int(0) }],
    ["counted from the end", 11, { axis: int(-2) }],
  ] as const)("spans several axes, %s", async (_, opset, attributes) => {
    const several = ["Flatten", opType, "Shape", "Reshape"];
    for (const test of [oneNode(opType, [numbers], attributes), unstated(opType, attributes)])
      expect(opTypes(await expectSame(opset, test, 1e-6)).sort()).toEqual([...several].sort());
  });

  it("keeps the last axis of an unknown rank", async () => {
    expect(opTypes(await expectSame(12, unstated(opType, { axis: int(-1) }), 1e-6))).toEqual([opType]);
  });

  it("knows that a dense layer gives a matrix", async () => {
    const x = inputFor("x", waves(2, 4));
    const logits = apply("Gemm", [x, constant("w", waves(4, 3)), constant("b", waves(3))]);
    const graph = graphOf("dense", [x], apply(opType, logits));
    expect(opTypes(await expectSame(9, { graph, feeds: { x: waves(2, 4) } }, 1e-6))).toEqual(["Gemm", opType]);
  });

  it("is left as it is from opset 13 on", async () => {
    const { nodes } = await expectSame(13, oneNode(opType, [numbers], { axis: int(1) }), 1e-6);
    expect(nodes[0]!.attributes).toEqual({ axis: int(1) });
  });
});
