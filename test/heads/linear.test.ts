import { describe, expect, it } from "vitest";
import { linearHead } from "../../src/heads/linear.js";
import { createOps } from "../../src/onnx/builder.js";
import { float32 } from "../../src/tensor.js";
import { compute, input, numbersOf } from "../helpers/run-graph.js";

const head = linearHead({ features: 2, classes: 3 });

describe("linearHead", () => {
  it("starts at zero", () => {
    expect(head.parameters).toEqual({ "classifier.weight": float32([3, 2]), "classifier.bias": float32([3]) });
  });

  it("is features times the transposed weight, plus the bias", async () => {
    const [x, w, b] = [input("x", ["n", 2]), input("w", [3, 2]), input("b", [3])];
    const logits = head.forward(createOps(), x, { "classifier.weight": w, "classifier.bias": b });
    expect(logits.shape).toEqual(["n", 3]);
    const feeds = {
      x: float32([2, 2], [1, 2, 0, -1]),
      w: float32([3, 2], [1, 0, 0, 1, 2, 3]),
      b: float32([3], [10, 20, 30]),
    };
    expect(numbersOf((await compute([logits], [x, w, b], feeds))[0]!)).toEqual([11, 22, 38, 10, 19, 27]);
  });

  it("trains as it is used: no running statistics, nothing dropped", () => {
    const op = createOps();
    const weights = { "classifier.weight": input("w", [3, 2]), "classifier.bias": input("b", [3]) };
    const x = input("x", ["n", 2]);
    const { logits, buffers } = head.forwardTraining(op, x, weights, {});
    expect([logits, buffers]).toEqual([head.forward(op, x, weights), {}]);
    expect([head.buffers, head.masks]).toEqual([{}, []]);
  });

  it("slows the bias by the features' mean square, the weight not at all", async () => {
    const x = input("x", ["n", 2]);
    const weights = { "classifier.weight": input("w", [3, 2]), "classifier.bias": input("b", [3]) };
    const { rates } = head.forwardTraining(createOps(), x, weights, {});
    expect(Object.keys(rates)).toEqual(["classifier.bias"]);
    const [rate] = await compute(Object.values(rates), [x], { x: float32([2, 2], [1, 2, 3, -4]) });
    expect([rate!.shape, numbersOf(rate!)]).toEqual([[], [7.5]]);
  });
});
