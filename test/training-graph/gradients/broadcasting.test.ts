import { describe, expect, it } from "vitest";
import { createOps } from "../../../src/onnx/builder.js";
import { float32 } from "../../../src/tensor.js";
import { sumTo } from "../../../src/training-graph/gradients/broadcasting.js";
import { compute, input, numbersOf } from "../../helpers/run-graph.js";

// The rules of broadcasting operators are checked in elementwise.test.ts, over eight pairs of shapes.

const gradient = float32([2, 3], [1, 2, 3, 4, 5, 6]);
const sums: [number[], number[]][] = [
  [
    [2, 3],
    [1, 2, 3, 4, 5, 6],
  ],
  [[3], [5, 7, 9]],
  [
    [1, 3],
    [5, 7, 9],
  ],
  [
    [2, 1],
    [6, 15],
  ],
  [[1, 1], [21]],
  [[1], [21]],
  [[], [21]],
];

describe("sumTo", () => {
  it.each(sums)("[2, 3] to %j", async (shape, expected) => {
    const op = createOps();
    const dy = input("dy", [2, 3]);
    const summed = sumTo(op, dy, input("x", shape));
    expect(summed.shape).toEqual(shape);
    if (shape.length === 2 && shape[0] === 2 && shape[1] === 3) expect(summed).toBe(dy);
    const [found] = await compute([op.Identity(summed)], [dy], { dy: gradient });
    expect(found!.shape).toEqual(shape);
    expect(numbersOf(found!)).toEqual(expected);
  });

  it("keeps a batch whose size is a symbol", () => {
    const op = createOps();
    const dy = input("dy", ["batch", 3]);
    expect(sumTo(op, dy, input("x", ["batch", 3]))).toBe(dy);
    expect(sumTo(op, dy, input("x", ["batch", 1])).shape).toEqual(["batch", 1]);
    expect(sumTo(op, dy, input("x", [3])).shape).toEqual([3]);
  });
});
