import { describe, expect, it } from "vitest";
import { createNode, type Graph, graphOf, type Node, type Value } from "../../src/onnx/graph.js";
import { refuseBlockedLayout, refuseTraining } from "../../src/onnx/refusals.js";
import type { Tensor } from "../../src/tensor.js";
import { refusal } from "../helpers/refusal.js";
import { input } from "../helpers/run-graph.js";

const x = input("x", [1, 3, 8, 8]);
const graph = (fields: Partial<Node>): Graph => {
  const node = { opType: "Conv", domain: "", name: "node", inputs: [x], attributes: {}, ...fields };
  return graphOf("g", [x], [createNode(node, [{ name: "y" }]).outputs[0]!]);
};

describe("refuseBlockedLayout", () => {
  it("refuses what ONNX Runtime optimised for one processor, naming nodes", async () => {
    const act = () => refuseBlockedLayout(graph({ domain: "com.microsoft.nchwc" }), "m.onnx");
    const { message } = await refusal(act, "unsupported-model", 'one kind of processor (Conv "node")');
    expect(message).toContain("ORT_ENABLE_EXTENDED");
  });

  it("leaves the runtime's other operators", () => {
    expect(() => refuseBlockedLayout(graph({ opType: "FusedConv", domain: "com.microsoft" }), "m.onnx")).not.toThrow();
  });
});

describe("refuseTraining", () => {
  const batchNorm = (value: number) =>
    graph({ opType: "BatchNormalization", attributes: { training_mode: { type: "INT", value } } });
  const dropout = (value: number) => {
    const tensor: Tensor<"bool"> = { dtype: "bool", shape: [], data: Uint8Array.of(value) };
    const mode: Value = { name: "mode", dtype: "bool", shape: [], constant: { tensor } };
    return graph({ opType: "Dropout", name: "", inputs: [x, undefined, mode] });
  };

  it.each([
    ["a batch-norm", batchNorm(1), 'in training mode (BatchNormalization "node")'],
    ["a dropout", dropout(1), 'in training mode (Dropout "y")'],
  ])("refuses %s in training mode", async (_, training, reason) => {
    const { message } = await refusal(() => refuseTraining(training, "m.onnx"), "unsupported-model", reason);
    expect(message).toContain("model.eval()");
  });

  it.each([batchNorm(0), dropout(0), graph({ opType: "Dropout" })])("leaves those in evaluation mode", (evaluation) => {
    expect(() => refuseTraining(evaluation, "m.onnx")).not.toThrow();
  });
});
