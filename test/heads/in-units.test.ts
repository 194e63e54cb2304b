import { expect, it } from "vitest";
import { inUnits } from "../../src/heads/in-units.js";
import { linearHead } from "../../src/heads/linear.js";
import { createOps } from "../../src/onnx/builder.js";
import { float32 } from "../../src/tensor.js";
import { compute, input, numbersOf } from "../helpers/run-graph.js";

it("inUnits gives means + deviations times what the head gives, in training and in use", async () => {
  const head = inUnits(linearHead({ features: 1, classes: 2 }), { means: [100, -5], deviations: [10, 0.5] });
  const op = createOps();
  const inputs = [input("x", ["n", 1]), input("w", [2, 1]), input("b", [2])] as const;
  const weights = { "classifier.weight": inputs[1], "classifier.bias": inputs[2] };
  const used = head.forward(op, inputs[0], weights);
  const { logits, rates } = head.forwardTraining(op, inputs[0], weights, {});
  const feeds = (w: readonly number[]) => ({ x: float32([2, 1], [1, 3]), w: float32([2, 1], w), b: float32([2]) });
  for (const value of await compute([used, logits], inputs, feeds([2, -4])))
    expect(numbersOf(value)).toEqual([120, -7, 160, -11]);
  // As a linear head starts.
  expect(numbersOf((await compute([used], inputs, feeds([0, 0])))[0]!)).toEqual([100, -5, 100, -5]);
  expect(Object.keys(rates)).toEqual(["classifier.bias"]);
});
