import { expect, it } from "vitest";
import { predictionsOf } from "../../../../src/learner/engine/prediction/prediction-of.js";

it("predictionsOf are as their task has them", async () => {
  const logits = Float32Array.of(1, -1);
  const classes = ["a", "b"];
  expect((await predictionsOf("single-label", undefined))(logits, classes)).toMatchObject([{ label: "a", index: 0 }]);
  expect((await predictionsOf("multi-label", undefined))(logits, classes)).toMatchObject([{ labels: ["a"] }]);
  expect((await predictionsOf("multi-label", [0.9, 0.1]))(logits, classes)).toMatchObject([{ labels: ["b"] }]);
  expect((await predictionsOf("regression", undefined))(logits, classes)).toMatchObject([{ values: { a: 1, b: -1 } }]);
});
