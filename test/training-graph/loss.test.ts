import { describe, expect, it } from "vitest";
import { createOps } from "../../src/onnx/builder.js";
import { float32, int32 } from "../../src/tensor.js";
import { differentiate } from "../../src/training-graph/differentiate.js";
import {
  type CrossEntropyOptions,
  crossEntropy,
  softCrossEntropy,
  targetShape,
} from "../../src/training-graph/loss.js";
import { relativeDifference } from "../helpers/difference.js";
import { compute, input, numbersOf } from "../helpers/run-graph.js";
import { torch } from "./torch.js";

const { logits, labels, cases } = torch.crossEntropy;

async function lossAndGradient(options: CrossEntropyOptions, rows: readonly number[], targets: readonly number[]) {
  const op = createOps();
  const x = input("x", ["n", options.classes]);
  const y = input("y", ["n"], "int32");
  const { total, weight } = crossEntropy(options).of(op, x, y);
  expect([total.shape, weight.shape]).toEqual([[], []]);
  const mean = op.Div(total, weight);
  const [gradient] = differentiate(op, mean, [x]);
  const feeds = { x: float32([targets.length, options.classes], rows), y: int32([targets.length], targets) };
  const [sum, count, loss, dx] = await compute([total, weight, mean, gradient!], [x, y], feeds);
  return {
    total: numbersOf(sum!)[0]!,
    weight: numbersOf(count!)[0]!,
    loss: numbersOf(loss!)[0]!,
    gradient: numbersOf(dx!),
  };
}

describe("crossEntropy", () => {
  it.each(cases)("is PyTorch's, label smoothing $labelSmoothing, class weights $classWeights", async (expected) => {
    const { labelSmoothing, classWeights } = expected;
    const options = { classes: 4, labelSmoothing, classWeights: classWeights ?? undefined };
    const found = await lossAndGradient(options, logits, labels);
    expect(found.loss / expected.loss).toBeCloseTo(1, 6);
    expect(relativeDifference(found.gradient, expected.gradient)).toBeLessThan(1e-6);
    expect(found.weight).toBeCloseTo(classWeights ? labels.reduce((sum, c) => sum + classWeights[c]!, 0) : 6, 6);
    expect(found.total / found.weight).toBeCloseTo(found.loss, 6);
  });

  it("is ln(classes) on equal logits, and finite on huge ones", async () => {
    const options = { classes: 4, labelSmoothing: 0, classWeights: undefined };
    expect((await lossAndGradient(options, [0, 0, 0, 0], [2])).loss).toBeCloseTo(Math.log(4), 6);
    const { loss, gradient } = await lossAndGradient(options, [1e30, 0, -1e30, 5], [0]);
    expect([loss, ...gradient].map(Math.abs)).toEqual([0, 0, 0, 0, 0]);
  });
});

describe("softCrossEntropy", () => {
  const [rows, classes] = [6, 4];
  /** Softmax of the fixture's logits, in double precision. */
  const probabilities = Array.from({ length: rows }, (_, row) => {
    const exponentials = logits.slice(row * classes, (row + 1) * classes).map(Math.exp);
    const sum = exponentials.reduce((total, x) => total + x, 0);
    return exponentials.map((x) => x / sum);
  });
  const mixed = [0.7, 0.3, 0, 0, 0.25, 0.25, 0.25, 0.25, 0, 1, 0, 0, 0, 0.9, 0.1, 0, 0.5, 0, 0.5, 0, 0, 0, 0.4, 0.6];

  async function soft(options: CrossEntropyOptions, targets: readonly number[]) {
    const op = createOps();
    const x = input("x", ["n", classes]);
    const y = input("y", ["n", classes]);
    const { total, weight } = softCrossEntropy(options).of(op, x, y);
    expect([total.shape, weight.shape]).toEqual([[], []]);
    const mean = op.Div(total, weight);
    const [gradient] = differentiate(op, mean, [x]);
    const feeds = { x: float32([rows, classes], logits), y: float32([rows, classes], targets) };
    const [loss, count, dx] = await compute([mean, weight, gradient!], [x, y], feeds);
    return { loss: numbersOf(loss!)[0]!, weight: numbersOf(count!)[0]!, gradient: numbersOf(dx!) };
  }

  it.each(cases)(
    "is crossEntropy where all of a target is of one class, $labelSmoothing, $classWeights",
    async ({ labelSmoothing, classWeights, loss, gradient }) => {
      const oneHot = labels.flatMap((label) => Array.from({ length: classes }, (_, c) => (c === label ? 1 : 0)));
      const found = await soft({ classes, labelSmoothing, classWeights: classWeights ?? undefined }, oneHot);
      expect(found.loss / loss).toBeCloseTo(1, 6);
      expect(relativeDifference(found.gradient, gradient)).toBeLessThan(1e-6);
    },
  );

  // loss = Σ_c w_c·q_c·(-log p_c) / W, so d/dx_c = (p_c·Σ_k w_k·q_k - w_c·q_c) / W.
  it.each([
    [0, undefined],
    [0.1, undefined],
    [0, [0.5, 2, 1, 3]],
    [0.1, [0.5, 2, 1, 3]],
  ])("is its formula on mixed targets, label smoothing %d, class weights %j", async (labelSmoothing, classWeights) => {
    const found = await soft({ classes, labelSmoothing, classWeights }, mixed);
    const q = mixed.map(
      (p, i) => (classWeights?.[i % classes] ?? 1) * (p * (1 - labelSmoothing) + labelSmoothing / classes),
    );
    const all = mixed.reduce((sum, p, i) => sum + (classWeights?.[i % classes] ?? 1) * p, 0);
    const loss = q.reduce((sum, share, i) => sum - share * Math.log(probabilities.flat()[i]!), 0) / all;
    const gradient = probabilities.flatMap((row, i) => {
      const own = q.slice(i * classes, (i + 1) * classes);
      const sum = own.reduce((total, x) => total + x, 0);
      return row.map((p, c) => (p * sum - own[c]!) / all);
    });
    expect(found.weight).toBeCloseTo(all, 5);
    expect(found.loss / loss).toBeCloseTo(1, 6);
    expect(relativeDifference(found.gradient, gradient)).toBeLessThan(1e-6);
  });
});

describe("targetShape", () => {
  it("is a number of a class for each photo, or a row of numbers", () => {
    expect(targetShape({ dtype: "int32" }, "photos")).toEqual(["photos"]);
    expect(targetShape({ dtype: "float32", width: 3 }, 7)).toEqual([7, 3]);
  });
});
