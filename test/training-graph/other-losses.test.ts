import { describe, expect, it } from "vitest";
import { createOps } from "../../src/onnx/builder.js";
import { float32 } from "../../src/tensor.js";
import { differentiate } from "../../src/training-graph/differentiate.js";
import type { Loss } from "../../src/training-graph/loss.js";
import { absoluteError, binaryCrossEntropy, huberLoss, squaredError } from "../../src/training-graph/other-losses.js";
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

describe("huberLoss", () => {
  // Errors of -1, 0, 0.5, 3 standard deviations.
  it.each([
    [1, [0.5, 0, 0.125, 2.5], [-1, 0, 0.5, 1]],
    [0.5, [0.375, 0, 0.125, 1.375], [-0.5, 0, 0.5, 0.5]],
    [10, [0.5, 0, 0.125, 4.5], [-1, 0, 0.5, 3]],
  ])("is square up to δ = %d and straight beyond, its slope at most δ", async (delta, losses, slopes) => {
    const found = await of(huberLoss([2, 10], delta), 2, values, truths);
    expect(found.loss).toBeCloseTo(losses.reduce((sum, one) => sum + one, 0) / 4, 6);
    const expected = slopes.map((slope, i) => slope / [2, 10][i % 2]! / 4);
    expect(relativeDifference(found.gradient, expected)).toBeLessThan(1e-6);
  });

  it("has the slope of its own differences, on either side of δ", async () => {
    const [step, xs, ys] = [2 ** -7, [0.7, -0.7, 1.9, -40], [0, 0, 0, 0]];
    const loss = huberLoss([1], 0.75);
    const { gradient } = await of(loss, 1, xs, ys);
    for (const [i, slope] of gradient.entries()) {
      const moved = (by: number) => of(loss, 1, xs.with(i, xs[i]! + by), ys);
      const difference = ((await moved(step)).loss - (await moved(-step)).loss) / (2 * step);
      expect(Math.abs(slope - difference)).toBeLessThan(1e-3);
    }
  });

  it("is finite on huge errors", async () => {
    const { loss, gradient } = await of(huberLoss([1], 2), 1, [1e15, -1e15], [0, 0]);
    expect(loss / 2e15).toBeCloseTo(1, 6);
    expect(gradient).toEqual([1, -1]);
  });
});
