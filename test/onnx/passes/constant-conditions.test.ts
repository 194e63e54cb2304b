import { describe, expect, it } from "vitest";
import { createNode, type Graph, graphOf, type Value } from "../../../src/onnx/graph.js";
import { takeConstantBranches } from "../../../src/onnx/passes/constant-conditions.js";
import { float32, type Tensor } from "../../../src/tensor.js";
import { input, numbersOf, run } from "../../helpers/run-graph.js";
import { emit } from "../../helpers/tiny-network.js";

const x = input("x", [2]);
const branch = (opType: string, value: Value): Graph => ({
  ...graphOf(opType, [], [emit(opType, [value], { shape: [2] })]),
  inputs: [],
});
const decide = (condition: Value, yes: Graph, no: Graph): Value =>
  createNode(
    {
      opType: "If",
      domain: "",
      name: "if",
      inputs: [condition],
      attributes: { then_branch: { type: "GRAPH", value: yes }, else_branch: { type: "GRAPH", value: no } },
    },
    [{ name: "decided", dtype: "float32", shape: [2] }],
  ).outputs[0]!;
const boolean = (value: 0 | 1): Value => {
  const tensor: Tensor<"bool"> = { dtype: "bool", shape: [], data: Uint8Array.of(value) };
  return { name: "condition", dtype: "bool", shape: [], constant: { tensor } };
};

describe("takeConstantBranches", () => {
  it.each([
    [1, "Neg", [-3, -4]],
    [0, "Abs", [3, 4]],
  ] as const)("takes the branch of %i, within other branches too", async (condition, opType, values) => {
    const decided = decide(boolean(condition), branch("Neg", x), branch("Abs", x));
    const plain = takeConstantBranches(graphOf("g", [x], [decided]));
    expect(plain.nodes.map((node) => node.opType)).toEqual([opType]);
    expect(plain.outputs.map(({ name }) => name)).toEqual(["decided"]);
    const [result] = await run(plain, { x: float32([2], [3, 4]) });
    expect(numbersOf(result!)).toEqual(values);

    const inner: Graph = { ...graphOf("inner", [], [decided]), inputs: [] };
    const outer = decide(input("open", [], "bool"), inner, branch("Exp", x));
    const [node] = takeConstantBranches(graphOf("g", [x, outer.producer!.inputs[0]!], [outer])).nodes;
    const kept = node!.attributes.then_branch;
    expect(kept?.type === "GRAPH" && kept.value.nodes.map((each) => each.opType)).toContain(opType);
  });

  it("leaves a condition that is computed", () => {
    const computed = emit("Not", [input("flag", [], "bool")], { dtype: "bool", shape: [] });
    const graph = graphOf("g", [x], [decide(computed, branch("Neg", x), branch("Abs", x))]);
    expect(takeConstantBranches(graph)).toBe(graph);
  });
});
