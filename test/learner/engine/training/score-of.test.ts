import { expect, it } from "vitest";
import { scoreOf } from "../../../../src/learner/engine/training/score-of.js";
import { float32, int32 } from "../../../../src/tensor.js";

const logits = Float32Array.of(2, 1, -3, -1);

it("scoreOf is the share that is right, of labels the mAP, of values R² where it is above 0", async () => {
  const classes = ["a", "b"];
  expect(await scoreOf({ task: "single-label", classes }, logits, int32([2], [0, 0]))).toBe(0.5);
  // a is ranked right; b, which the second photo has, comes after the first: precision 1/2.
  expect(await scoreOf({ task: "multi-label", classes }, logits, float32([2, 2], [1, 0, 0, 1]))).toBe(0.75);
  expect(await scoreOf({ task: "multi-label", classes }, logits, float32([2, 2], [0, 0, 1, 1]))).toBe(0.5);
  const regression = { task: "regression", classes: ["x"] } as const;
  const values = float32([4, 1], [2, 1, -3, 0]);
  expect(await scoreOf(regression, logits, values)).toBeCloseTo(1 - 1 / 14, 6);
  expect(await scoreOf(regression, logits, float32([4, 1], [-9, 0, 0, 9]))).toBe(0);
});
