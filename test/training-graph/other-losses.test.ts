import { describe, expect, it } from "vitest";
import { createOps } from "../../src/onnx/builder.js";
import { float32 } from "../../src/tensor.js";
import { differentiate } from "../../src/training-graph/differentiate.js";
import type { Loss } from "../../src/training-graph/loss.js";
import { absoluteError, binaryCrossEntropy, squaredError } from "../../src/training-graph/other-losses.js";
import { relativeDifference } from "../helpers/difference.js";
import { compute, input, numbersOf } from "../helpers/run-graph.js";

/** Loss, its weight and its gradient of rows of `width`. */
async function of(loss: Loss, width: number, logits: readonly number[], targets: readonly number[]) {
  const op = createOps();
  const [x, y] = [input("x", ["n", width]), input("y", ["n", width])];
  const { total, weight } = loss.of(op, x, y);
  expect([total.shape, weight.shape]).toEqual([[], []]);
  const mean = op.Div(total, weight);
  const [gradient] = differentiate(op, mean, [x]);
  const shape = [logits.length / width, width];
  const feeds = { x: float32(shape, logits), y: float32(shape, targets) };
  const [value, count, dx] = await compute([mean, weight, gradient!], [x, y], feeds);
  return { loss: numbersOf(value!)[0]!, weight: numbersOf(count!)[0]!, gradient: numbersOf(dx!) };
}

const logits = [2, -1, 0.5, 0.5, 3, -2];
const labels = [1, 0, 1, 0, 1, 0];
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

describe("binaryCrossEntropy", () => {
  // d/dx of -(p·y·log σ(x) + (1 - y)·log(1 - σ(x))) is (1 - y)·σ(x) - p·y·(1 - σ(x)).
  it.each([[undefined], [[3, 1, 0.25]]])("is PyTorch's formula with positive weights %j", async (weights) => {
    const p = labels.map((_, i) => weights?.[i % 3] ?? 1);
    const found = await of(binaryCrossEntropy(3, weights), 3, logits, labels);
    const losses = logits.map(
      (x, i) => -(p[i]! * labels[i]! * Math.log(sigmoid(x)) + (1 - labels[i]!) * Math.log(1 - sigmoid(x))),
    );
    const gradient = logits.map((x, i) => ((1 - labels[i]!) * sigmoid(x) - p[i]! * labels[i]! * (1 - sigmoid(x))) / 6);
    expect(found.weight).toBe(6);
    expect(found.loss).toBeCloseTo(losses.reduce((sum, loss) => sum + loss, 0) / 6, 6);
    expect(relativeDifference(found.gradient, gradient)).toBeLessThan(1e-6);
  });

  it("has its slope where all logits are zero, as a linear head's are at first", async () => {
    const { loss, gradient } = await of(binaryCrossEntropy(2, undefined), 2, [0, 0], [1, 0]);
    expect(loss).toBeCloseTo(Math.log(2), 6);
    expect(gradient).toEqual([-0.25, 0.25]);
  });

  it("is finite on huge logits, right and wrong", async () => {
    const { loss, gradient } = await of(binaryCrossEntropy(4, undefined), 4, [1e30, -1e30, 500, -500], [1, 0, 0, 1]);
    expect(loss).toBe(250);
    expect(gradient.map((x) => x + 0)).toEqual([0, 0, 0.25, -0.25]);
  });
});

const values = [1, 20, 3, 40];
const truths = [3, 20, 2, 10];

describe("squaredError", () => {
  it("is the mean of squares in standard deviations", async () => {
    const { loss, weight, gradient } = await of(squaredError([2, 10]), 2, values, truths);
    expect([loss, weight]).toEqual([(1 + 0 + 0.25 + 9) / 4, 4]);
    // 2·(x - y) / s² / 4
    expect(relativeDifference(gradient, [-0.25, 0, 0.125, 0.15])).toBeLessThan(1e-6);
  });
});

describe("absoluteError", () => {
  it("is the mean of what is off in standard deviations, without a slope where nothing is", async () => {
    const { loss, weight, gradient } = await of(absoluteError([2, 10]), 2, values, truths);
    expect([loss, weight]).toEqual([(1 + 0 + 0.5 + 3) / 4, 4]);
    expect(relativeDifference(gradient, [-0.125, 0, 0.125, 0.025])).toBeLessThan(1e-6);
  });
});
