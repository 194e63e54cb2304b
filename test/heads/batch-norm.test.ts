import { describe, expect, it } from "vitest";
import { batchNorm } from "../../src/heads/batch-norm.js";
import { createOps } from "../../src/onnx/builder.js";
import { float32 } from "../../src/tensor.js";
import { differentiate } from "../../src/training-graph/differentiate.js";
import { largestDifference } from "../helpers/difference.js";
import { compute, input, numbersOf } from "../helpers/run-graph.js";

const bn = batchNorm("bn", 2);
const names = ["bn.weight", "bn.bias", "bn.running_mean", "bn.running_var"];
const x = input("x", ["n", 2]);
const weights = names.map((name) => input(name, [2]));
const byName = Object.fromEntries(weights.map((weight) => [weight.name, weight]));

const given = {
  "bn.weight": float32([2], [2, -1]),
  "bn.bias": float32([2], [0.5, 1]),
  "bn.running_mean": float32([2], [1, 10]),
  "bn.running_var": float32([2], [4, 0.25]),
};

async function trained(rows: readonly number[]) {
  const { y, buffers } = bn.forwardTraining(createOps(), x, byName);
  const [mean, variance] = [buffers["bn.running_mean"]!, buffers["bn.running_var"]!];
  const feeds = { x: float32([rows.length / 2, 2], rows), ...given };
  return (await compute([y, mean, variance], [x, ...weights], feeds)).map(numbersOf);
}

describe("batchNorm", () => {
  it("begins as fast.ai's, and as PyTorch's statistics", () => {
    expect(bn.parameters).toEqual({ "bn.weight": float32([2], [1, 1]), "bn.bias": float32([2], [1e-3, 1e-3]) });
    expect(bn.buffers).toEqual({ "bn.running_mean": float32([2]), "bn.running_var": float32([2], [1, 1]) });
  });

  it("is one operator in inference, on the running statistics", async () => {
    const y = bn.forward(createOps(), x, byName);
    expect([y.producer!.opType, y.shape]).toEqual(["BatchNormalization", ["n", 2]]);
    const [found] = await compute([y], [x, ...weights], { x: float32([2, 2], [3, 10.5, 1, 9]), ...given });
    expect(largestDifference(numbersOf(found!), [2.5, 0, 0.5, 3])).toBeLessThan(1e-4);
  });

  it("normalises by the batch's own statistics in training, and moves the running ones by a tenth", async () => {
    const [y, mean, variance] = await trained([0, 5, 3, 5, 6, 5]);
    // Column one: mean 3, variance 6, unbiased 9; column two: mean 5, no variance.
    const step = 2 * Math.sqrt(1.5);
    expect(largestDifference(y!, [0.5 - step, 1, 0.5, 1, 0.5 + step, 1])).toBeLessThan(1e-5);
    expect(largestDifference(mean!, [0.9 + 0.3, 9 + 0.5])).toBeLessThan(1e-6);
    expect(largestDifference(variance!, [3.6 + 0.9, 0.225])).toBeLessThan(1e-6);
  });

  it("leaves the statistics alone on a batch of one photo, which is the bias once normalised", async () => {
    expect(await trained([7, -3])).toEqual([
      [0.5, 1],
      [1, 10],
      [4, 0.25],
    ]);
  });

  it("has finite gradients there", async () => {
    const op = createOps();
    const { y } = bn.forwardTraining(op, x, byName);
    const loss = op.ReduceSum(op.Mul(y, y), undefined, { keepdims: 0 });
    const gradients = differentiate(op, loss, [x, byName["bn.weight"]!, byName["bn.bias"]!]);
    const found = await compute(gradients, [x, ...weights], { x: float32([1, 2], [7, -3]), ...given });
    expect(found.map(numbersOf)).toEqual([
      [0, 0],
      [0, 0],
      [1, 2],
    ]);
  });
});
