import { describe, expect, it } from "vitest";
import { createOps, type Ops } from "../../../src/onnx/builder.js";
import type { TypedValue } from "../../../src/onnx/shapes/dims.js";
import { float32 } from "../../../src/tensor.js";
import { differentiate } from "../../../src/training-graph/differentiate.js";
import { compute, input, numbersOf } from "../../helpers/run-graph.js";
import { testRule } from "./cases.js";

describe("against central differences", () => {
  testRule("Abs");
  testRule("Add");
  testRule("Cast");
  testRule("Div");
  testRule("Dropout");
  testRule("Erf");
  testRule("Exp");
  testRule("Identity");
  testRule("Log");
  testRule("Mean");
  testRule("Mul");
  testRule("Neg");
  testRule("Pow");
  testRule("Reciprocal");
  testRule("Sqrt");
  testRule("Sub");
  testRule("Sum");
  testRule("Where");
});

/** The gradient of the sum of `build(x)`. */
async function gradientAt(values: readonly number[], build: (op: Ops, x: TypedValue) => TypedValue): Promise<number[]> {
  const op = createOps();
  const x = input("x", [values.length]);
  const loss = op.ReduceSum(build(op, x), undefined, { keepdims: 0 });
  const feeds = { x: float32([values.length], values) };
  const [found] = await compute(differentiate(op, loss, [x]), [x], feeds);
  return numbersOf(found!);
}

// The numbers are PyTorch's, unless it says otherwise.
describe("Pow where the general formula fails", () => {
  it.each([
    [0, [0, 0, 0]],
    [1, [1, 1, 1]],
    [2, [-4, 0, 6]],
    [3, [12, 0, 27]],
    [-1, [-0.25, Number.NEGATIVE_INFINITY, -1 / 9]],
  ])("x to the %d at -2, 0 and 3", async (exponent, expected) => {
    const found = await gradientAt([-2, 0, 3], (op, x) => op.Pow(x, exponent));
    expect(found).toEqual(expected.map((value) => expect.closeTo(value, 6)));
  });

  it("by the exponent, of bases that are 0; of a negative one it is 0, where PyTorch has NaN", async () => {
    const bases = float32([5], [0, 0, 2, 1, -3]);
    const found = await gradientAt([2, 0, 3, 4, 2], (op, x) => op.Pow(op.constant("bases", bases), x));
    expect(found).toEqual([0, 0, 8 * Math.LN2, 0, 0].map((value) => expect.closeTo(value, 5)));
  });
});

describe("Cast", () => {
  it("gives the gradient the type of what was cast", async () => {
    const square = (op: Ops, x: TypedValue): TypedValue => {
      const double = op.Cast(x, { to: "float64" });
      return op.Cast(op.Mul(double, double), { to: "float32" });
    };
    expect(await gradientAt([-2, 0.5], square)).toEqual([-4, 1]);
  });

  it("passes nothing on through integers", () => {
    const op = createOps();
    const x = input("x", [2]);
    const rounded = op.Cast(op.Cast(x, { to: "int64" }), { to: "float32" });
    const y = op.Mul(rounded, x);
    const [gradient] = differentiate(op, op.ReduceSum(y, undefined, { keepdims: 0 }), [x]);
    expect(gradient!.producer!.opType).toBe("Mul");
    expect(gradient!.producer!.inputs).toContain(rounded);
  });
});
