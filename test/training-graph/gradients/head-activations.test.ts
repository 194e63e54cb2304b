import { describe, expect, it } from "vitest";
import { createOps } from "../../../src/onnx/builder.js";
import { float32 } from "../../../src/tensor.js";
import { differentiateHead } from "../../../src/training-graph/differentiate-head.js";
import { compute, input, numbersOf } from "../../helpers/run-graph.js";

describe("activations of heads", () => {
  const x = input("x", [3]);

  it.each([
    // As PyTorch: nothing at 0.
    ["Relu", [0, 0, 1]],
    // The sigmoid of x.
    ["Softplus", [1 / (1 + Math.exp(2)), 0.5, 1 / (1 + Math.exp(-3))]],
  ] as const)("%s has the slope it should have below, at and above 0", async (opType, expected) => {
    const op = createOps();
    const loss = op.ReduceSum(op[opType](x), undefined, { keepdims: 0 });
    const [found] = await compute(differentiateHead(op, loss, [x]), [x], { x: float32([3], [-2, 0, 3]) });
    for (const [i, value] of numbersOf(found!).entries()) expect(value).toBeCloseTo(expected[i]!, 6);
  });
});
