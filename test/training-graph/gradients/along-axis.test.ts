import { describe, expect, it } from "vitest";
import { createOps } from "../../../src/onnx/builder.js";
import { float32 } from "../../../src/tensor.js";
import { multipliedAlong } from "../../../src/training-graph/gradients/along-axis.js";
import { compute, input, numbersOf } from "../../helpers/run-graph.js";

describe("multipliedAlong", () => {
  // Sums and differences of neighbours.
  const matrix = float32([3, 2], [1, 1, 1, -1, 0, 2]);
  const table: [axis: number, numbers: number[]][] = [
    [0, [6, 8, 10, 12, -4, -4, -4, -4, 10, 12, 14, 16]],
    [1, [4, 6, -2, -2, 6, 8, 12, 14, -2, -2, 14, 16]],
    [2, [3, -1, 4, 7, -1, 8, 11, -1, 12, 15, -1, 16]],
  ];
  it.each(table)("axis %d of [2, 2, 2]", async (axis, numbers) => {
    const op = createOps();
    const value = input("value", [2, 2, 2]);
    const result = multipliedAlong(op, op.constant("matrix", matrix), value, axis);
    expect(result.shape).toEqual([2, 2, 2].with(axis, 3));
    const [found] = await compute([result], [value], { value: float32([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]) });
    expect(numbersOf(found!)).toEqual(numbers);
  });

  it("keeps a batch of any size", () => {
    const op = createOps();
    const value = input("value", ["batch", 5, 2, 4, 3]);
    expect(multipliedAlong(op, op.constant("matrix", matrix), value, 2).shape).toEqual(["batch", 5, 3, 4, 3]);
  });
});
