import { describe, expect, it } from "vitest";
import { valueMetric, valueScores } from "../../../../src/learner/engine/training/value-metrics.js";

// The expected numbers are scikit-learn 1.9's.
const scores = valueScores({
  predicted: Float32Array.of(1.5, 12, 2, 15, 3, 15, 9, 0),
  actual: Float32Array.of(1, 10, 2, 20, 4, 15, 8, -5),
  names: ["age", "height"],
});

describe("valueScores", () => {
  it("are scikit-learn's, each value by itself", () => {
    expect(scores.map(({ name, mae, mse }) => [name, mae, mse])).toEqual([
      ["age", 0.625, 0.5625],
      ["height", 3, 13.5],
    ]);
    expect(scores[0]).toMatchObject({ rmse: 0.75 });
    expect(scores[0]!.r2).toBeCloseTo(0.9217391304347826, 12);
    expect(scores[1]!.r2).toBeCloseTo(0.8457142857142858, 12);
  });

  it("have an R² of 0 for the mean, and none where all photos are alike", () => {
    const r2 = (predicted: readonly number[], actual: readonly number[]) =>
      valueScores({ predicted: Float32Array.from(predicted), actual: Float32Array.from(actual), names: ["x"] })[0]!.r2;
    expect([r2([2, 2], [1, 3]), r2([3, 1], [1, 3]), r2([1, 2], [5, 5])]).toEqual([0, -3, Number.NaN]);
  });
});

describe("valueMetric", () => {
  it("is the mean over all values", () => {
    expect(valueMetric("mae", scores)).toBe(1.8125);
    expect(valueMetric("r2", scores)).toBeCloseTo((0.9217391304347826 + 0.8457142857142858) / 2, 12);
  });
});
