import { expect, it } from "vitest";
import { weightsOf } from "../../src/heads/head.js";
import { linearHead } from "../../src/heads/linear.js";
import { float32 } from "../../src/tensor.js";

it("weightsOf is the parameters, then the buffers", () => {
  const [a, b] = [float32([1], [1]), float32([1], [2])];
  const head = { ...linearHead({ features: 1, classes: 2 }), parameters: { a }, buffers: { b } };
  expect(weightsOf(head)).toEqual({ a, b });
});
