import { describe, expect, it } from "vitest";
import { constant } from "../../../src/onnx/emit.js";
import { createNode, graphOf, type Value } from "../../../src/onnx/graph.js";
import { withoutDropout } from "../../../src/onnx/passes/drop-dropout.js";
import { float32, type Tensor } from "../../../src/tensor.js";
import { input, numbersOf, run } from "../../helpers/run-graph.js";
import { emit } from "../../helpers/tiny-network.js";

const x = input("x", [2]);
const feeds = { x: float32([2], [-3, 4]) };
const ratio = constant("ratio", float32([], [0.5]));
const flag = (value: number): Value => {
  const tensor: Tensor<"bool"> = { dtype: "bool", shape: [], data: Uint8Array.of(value) };
  return constant("training", tensor);
};

/** A Dropout with its mask. */
const dropout = (data: Value, ...rest: Value[]): readonly [Value, Value] =>
  createNode({ opType: "Dropout", domain: "", name: "dropout", inputs: [data, ...rest], attributes: {} }, [
    { name: "dropped", dtype: "float32", shape: [2] },
    { name: "mask", dtype: "bool", shape: [2] },
  ]).outputs as readonly [Value, Value];

describe("withoutDropout", () => {
  it.each([
    ["alone", []],
    ["with a ratio", [ratio]],
    ["that says it does not train", [ratio, flag(0)]],
  ])("takes a Dropout %s away, with what only it reads", async (_, rest) => {
    const [dropped] = dropout(emit("Neg", [x], { shape: [2] }), ...rest);
    const graph = withoutDropout(graphOf("g", [x], [emit("Relu", [dropped], { shape: [2] })]));
    expect(graph.nodes.map(({ opType }) => opType)).toEqual(["Neg", "Relu"]);
    expect(graph.initializers).toEqual([]);
    expect((await run(graph, feeds)).map(numbersOf)).toEqual([[3, 0]]);
  });

  it("keeps the name of an output", async () => {
    const [dropped] = dropout(emit("Neg", [x], { shape: [2] }), ratio);
    const { nodes, outputs } = withoutDropout(graphOf("g", [x], [dropped]));
    expect(nodes.map(({ opType }) => opType)).toEqual(["Neg"]);
    expect(outputs).toMatchObject([{ name: "dropped", shape: [2] }]);
  });

  it("leaves a mask that is read to its node", async () => {
    const [dropped, mask] = dropout(emit("Neg", [x], { shape: [2] }));
    const graph = withoutDropout(graphOf("g", [x], [emit("Relu", [dropped], { shape: [2] }), mask]));
    expect(graph.nodes.map(({ opType }) => opType).sort()).toEqual(["Dropout", "Neg", "Relu"]);
    expect((await run(graph, feeds)).map(numbersOf)).toEqual([
      [3, 0],
      [1, 1],
    ]);
  });

  it("leaves one that trains, or may", () => {
    for (const training of [flag(1), input("training", [], "bool")]) {
      const inputs = training.constant ? [x] : [x, training];
      const graph = graphOf("g", inputs, [dropout(x, ratio, training)[0]]);
      expect(withoutDropout(graph)).toBe(graph);
    }
  });
});
