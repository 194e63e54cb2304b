import { describe, expect, it } from "vitest";
import { createOps } from "../../../src/onnx/builder.js";
import { graphOf } from "../../../src/onnx/graph.js";
import { float32 } from "../../../src/tensor.js";
import { unpicked } from "../../../src/training-graph/gradients/picking.js";
import { compute, input, numbersOf } from "../../helpers/run-graph.js";

describe("unpicked", () => {
  const table: [what: string, sources: number[], size: number, gradient: number[], opTypes: string[]][] = [
    ["everything: the gradient itself", [0, 1, 2], 3, [1, 2, 3], []],
    ["a run: zeros around it", [1, 2, 3], 6, [0, 1, 2, 3, 0, 0], ["Pad"]],
    ["one element", [4], 5, [0, 0, 0, 0, 1], ["Pad"]],
    ["another order: the inverse one", [2, 0, 1], 3, [2, 3, 1], ["Gather"]],
    ["every other element", [0, 2, 4], 5, [1, 0, 2, 0, 3], ["Pad", "Gather"]],
    ["each as often: sums of the gradient", [0, 1, 1, 0], 2, [5, 5], ["Gather", "ReduceSum"]],
    ["repetitions", [3, 0, 3, 3], 5, [2, 0, 0, 8, 0], ["Pad", "Gather", "ReduceSum"]],
    ["nothing", [], 2, [0, 0], ["Pad"]],
  ];
  it.each(table)("%s", async (_, sources, size, expected, opTypes) => {
    const op = createOps();
    const dY = input("dY", ["batch", sources.length, 1]);
    const dX = unpicked(op, dY, 1, sources, size);
    expect(dX.shape).toEqual(["batch", size, 1]);
    expect(graphOf("gradient", [dY], [dX]).nodes.map(({ opType }) => opType)).toEqual(opTypes);
    const numbers = sources.map((_, i) => i + 1);
    const feeds = { dY: float32([2, sources.length, 1], [...numbers, ...numbers.map((n) => -n)]) };
    const [found] = await compute([op.Add(dX, 0)], [dY], feeds);
    expect(numbersOf(found!)).toEqual([...expected, ...expected.map((n) => (n === 0 ? 0 : -n))]);
  });
});

it("is read rightly between two transpositions, which the runtime moves", async () => {
  const op = createOps();
  const dY = input("dY", ["batch", 2, 3]);
  const turned = op.Transpose(dY, { perm: [2, 0, 1] });
  const dX = op.Transpose(unpicked(op, turned, 0, [1, 2, 3], 5), { perm: [1, 2, 0] });
  const [found] = await compute([dX], [dY], { dY: float32([1, 2, 3], [1, 2, 3, 4, 5, 6]) });
  expect(found!.shape).toEqual([1, 2, 5]);
  expect(numbersOf(found!)).toEqual([0, 1, 2, 3, 0, 0, 4, 5, 6, 0]);
});
