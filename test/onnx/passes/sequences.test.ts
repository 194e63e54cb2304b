import { describe, expect, it } from "vitest";
import { createNode, type Graph, graphOf, type Node, type Value } from "../../../src/onnx/graph.js";
import { dissolveSequences } from "../../../src/onnx/passes/sequences.js";
import { float32, int64 } from "../../../src/tensor.js";
import { input, numbersOf, run } from "../../helpers/run-graph.js";

const x = input("x", [2, 5]);
const feeds = { x: float32([2, 5], [0, 1, 2, 3, 4, 10, 11, 12, 13, 14]) };

const emit = (opType: string, inputs: Node["inputs"], attributes: Readonly<Record<string, number>> = {}): Value =>
  createNode(
    {
      opType,
      domain: "",
      name: `node ${opType}`,
      inputs,
      attributes: Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, { type: "INT", value }])),
    },
    [{ name: opType, ...(opType === "SequenceAt" || opType.startsWith("Concat") ? { dtype: "float32" } : {}) }],
  ).outputs[0]!;
const constant = (name: string, ...values: number[]): Value => {
  const tensor = int64(name === "sizes" ? [values.length] : [], values);
  return { name, dtype: "int64", shape: tensor.shape, constant: { tensor } };
};
const at = (sequence: Value, position: number): Value => emit("SequenceAt", [sequence, constant("position", position)]);
const graph = (output: Value): Graph => graphOf("g", [x], [output]);
const opTypes = ({ nodes }: Graph): string[] => nodes.map(({ opType }) => opType);

describe("dissolveSequences", () => {
  const pieces = emit("SplitToSequence", [x, constant("sizes", 1, 3, 1)], { axis: 1 });
  const halves = emit("SplitToSequence", [x, constant("size", 2)], { axis: 1 });
  const rows = emit("SplitToSequence", [x], { keepdims: 0 });
  const listed = emit("SequenceConstruct", [x, emit("Neg", [x])]);

  it.each<[string, Value, number[], number[], string[]]>([
    ["a piece of given sizes", at(pieces, 1), [2, 3], [1, 2, 3, 11, 12, 13], ["Slice"]],
    ["a piece from the end", at(pieces, -1), [2, 1], [4, 14], ["Slice"]],
    ["a piece of one size", at(halves, 1), [2, 2], [2, 3, 12, 13], ["Slice"]],
    ["the last piece, which is shorter", at(halves, 2), [2, 1], [4, 14], ["Slice"]],
    ["a row without its axis", at(rows, 1), [5], [10, 11, 12, 13, 14], ["Slice", "Squeeze"]],
    ["what a list was made of", at(listed, 1), [2, 5], [-0, -1, -2, -3, -4, -10, -11, -12, -13, -14], ["Neg"]],
    [
      "a list that is joined",
      emit("ConcatFromSequence", [listed], { axis: 1 }),
      [2, 10],
      [0, 1, 2, 3, 4, -0, -1, -2, -3, -4, 10, 11, 12, 13, 14, -10, -11, -12, -13, -14],
      ["Neg", "Concat"],
    ],
    [
      "a list that is stacked",
      emit("ConcatFromSequence", [listed], { axis: 0, new_axis: 1 }),
      [2, 2, 5],
      [0, 1, 2, 3, 4, 10, 11, 12, 13, 14, -0, -1, -2, -3, -4, -10, -11, -12, -13, -14],
      ["Unsqueeze", "Neg", "Unsqueeze", "Concat"],
    ],
  ])("says %s without the list", async (_, output, shape, values, operators) => {
    const dissolved = dissolveSequences(graph(output));
    expect(opTypes(dissolved).sort()).toEqual(operators.sort());
    const [result] = await run(dissolved, feeds);
    expect([result!.shape, numbersOf(result!)]).toEqual([shape, values]);
    expect(await run(graph(output), feeds)).toEqual([result]);
  });

  it.each<[string, Value]>([
    ["positions that are computed", emit("SequenceAt", [pieces, emit("Size", [x])])],
    ["pieces there are none of", at(pieces, 3)],
    ["pieces counted from the end, of an unknown number", at(halves, -1)],
    ["lists that were changed", at(emit("SequenceInsert", [listed, x]), 0)],
  ])("leaves %s", (_, output) => {
    const before = graph(output);
    expect(dissolveSequences(before)).toBe(before);
  });
});
