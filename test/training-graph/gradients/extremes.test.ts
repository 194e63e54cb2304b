import { describe, expect, it } from "vitest";
import { createOps } from "../../../src/onnx/builder.js";
import { float32 } from "../../../src/tensor.js";
import { differentiate } from "../../../src/training-graph/differentiate.js";
import { compute, input, numbersOf } from "../../helpers/run-graph.js";
import { testRule } from "./cases.js";

describe("against central differences", () => {
  testRule("Max");
  testRule("Min");
});

// Of two that are equal: against PyTorch, in activations.test.ts.
describe("three operands, of which several are equal", () => {
  const values = {
    a: float32([4], [1, 1, 2, 5]),
    b: float32([4], [1, 1, 2, 3]),
    c: float32([4], [1, 0, 2, 5]),
  };

  const shares: ["Max" | "Min", { [name: string]: number[] }][] = [
    ["Max", { a: [1 / 3, 1 / 2, 1 / 3, 1 / 2], b: [1 / 3, 1 / 2, 1 / 3, 0], c: [1 / 3, 0, 1 / 3, 1 / 2] }],
    ["Min", { a: [1 / 3, 0, 1 / 3, 0], b: [1 / 3, 0, 1 / 3, 1], c: [1 / 3, 1, 1 / 3, 0] }],
  ];
  it.each(shares)("%s shares the gradient among them equally", async (opType, expected) => {
    const op = createOps();
    const parameters = Object.keys(values).map((name) => input(name, [4]));
    const dY = [6, -6, 12, 3];
    const w = op.constant("w", float32([4], dY));
    const loss = op.ReduceSum(op.Mul(op[opType](parameters), w), undefined, { keepdims: 0 });
    const found = await compute(differentiate(op, loss, parameters), parameters, values);
    for (const [i, { name }] of parameters.entries()) {
      const parts = numbersOf(found[i]!).map((value, k) => value / dY[k]!);
      expect(parts, name).toEqual(expected[name]!.map((part) => expect.closeTo(part, 6)));
    }
  });

  it("gives an operand that stands there twice all of it", async () => {
    const op = createOps();
    const x = input("x", [4]);
    const loss = op.ReduceSum(op.Mul(op.Max([x, x]), 3), undefined, { keepdims: 0 });
    const [found] = await compute(differentiate(op, loss, [x]), [x], { x: values.a });
    expect(numbersOf(found!)).toEqual([3, 3, 3, 3]);
  });
});
