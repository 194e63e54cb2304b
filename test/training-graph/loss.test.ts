import { describe, expect, it } from "vitest";
import { createOps } from "../../src/onnx/builder.js";
import { float32, int32 } from "../../src/tensor.js";
import { differentiate } from "../../src/training-graph/differentiate.js";
import { type CrossEntropyOptions, crossEntropy } from "../../src/training-graph/loss.js";
import { relativeDifference } from "../helpers/difference.js";
import { compute, input, numbersOf } from "../helpers/run-graph.js";
import { torch } from "./torch.js";

const { logits, labels, cases } = torch.crossEntropy;

async function lossAndGradient(options: CrossEntropyOptions, rows: readonly number[], targets: readonly number[]) {
  const op = createOps();
  const x = input("x", ["n", options.classes]);
  const y = input("y", ["n"], "int32");
  const { total, weight } = crossEntropy(options)(op, x, y);
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
