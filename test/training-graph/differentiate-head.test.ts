import { expect, it } from "vitest";
import { createOps } from "../../src/onnx/builder.js";
import { float32 } from "../../src/tensor.js";
import { differentiate } from "../../src/training-graph/differentiate.js";
import { differentiateHead } from "../../src/training-graph/differentiate-head.js";
import { refusal } from "../helpers/refusal.js";
import { compute, input, numbersOf } from "../helpers/run-graph.js";

const x = input("x", [2]);

it("gives what all rules would, where a head's are enough", async () => {
  const op = createOps();
  const loss = op.ReduceSum(op.Mul(x, op.Relu(x)), undefined, { keepdims: 0 });
  const both = [differentiateHead, differentiate].map((by) => by(op, loss, [x])[0]!);
  const found = await compute(both, [x], { x: float32([2], [3, -1]) });
  expect(found.map(numbersOf)).toEqual([
    [6, 0],
    [6, 0],
  ]);
});

it("refuses what stands in layers alone", async () => {
  const op = createOps();
  const loss = op.ReduceSum(op.Tanh(x), undefined, { keepdims: 0 });
  await refusal(() => differentiateHead(op, loss, [x]), "unsupported-op", "No gradient for Tanh");
});
