import { expect, it } from "vitest";
import { labelValidation, valueValidation } from "../../../../src/learner/engine/training/other-validations.js";

it("labelValidation tells of each label, and the metrics that were asked for", () => {
  const outcome = {
    logits: Float32Array.of(1, -1, -1, 1),
    labels: Float32Array.of(1, 0, 1, 1),
    names: ["a", "b"],
    thresholds: [0.5, 0.5],
  };
  const { loss, metrics, perLabel } = labelValidation(outcome, 0.25, ["accuracyMulti", "f1"]);
  expect([loss, metrics]).toEqual([0.25, { accuracyMulti: 0.75, f1: (2 / 3 + 1) / 2 }]);
  expect(perLabel.map(({ label, count, recall }) => [label, count, recall])).toEqual([
    ["a", 2, 0.5],
    ["b", 1, 1],
  ]);
});

it("valueValidation tells of each value, in its own units", () => {
  const actual = Float32Array.of(1, 3);
  const result = valueValidation({ logits: Float32Array.of(2, 3), loss: 0.5 }, actual, ["age"], ["mae", "r2"]);
  expect(result).toEqual({
    loss: 0.5,
    metrics: { mae: 0.5, r2: 0.5 },
    perTarget: [{ name: "age", mae: 0.5, mse: 0.5, rmse: Math.sqrt(0.5), r2: 0.5 }],
  });
});
