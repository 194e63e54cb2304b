import { describe, expect, it } from "vitest";
import { createOps } from "../../../src/onnx/builder.js";
import { float32 } from "../../../src/tensor.js";
import { differentiate } from "../../../src/training-graph/differentiate.js";
import { compute, input, numbersOf } from "../../helpers/run-graph.js";

describe("what moves in steps", () => {
  it("passes no gradient on, and hinders none beside it", async () => {
    const op = createOps();
    const x = input("x", [5]);
    // |x|, then x where it is large and 3x where it is small: each comparison depends on x, its result does not move.
    const size = op.Mul(x, op.Sign(x));
    const large = op.GreaterOrEqual(size, 2);
    const small = op.LessOrEqual(size, 0.5);
    const y = op.Where(large, x, op.Where(small, op.Mul(x, 3), op.Where(op.Greater(x, 0), size, op.Neg(size))));
    const even = op.Where(op.Equal(y, 0), 0, op.Where(op.Less(y, -2), op.Mul(y, 2), y));
    const count = op.Cast(op.Gather(op.Shape(x), 0), { to: "float32" });
    const loss = op.ReduceSum(op.Mul(even, count), undefined, { keepdims: 0 });
    const values = { x: float32([5], [-3, -0.5, 0.25, 1, -1]) };
    const [found] = await compute(differentiate(op, loss, [x]), [x], values);
    expect(numbersOf(found!)).toEqual([10, 15, 15, 5, 5]);
  });
});
