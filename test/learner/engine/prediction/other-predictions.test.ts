import { expect, it } from "vitest";
import { labelPredictions, valuePredictions } from "../../../../src/learner/engine/prediction/other-predictions.js";

it("labelPredictions name what is above its threshold, the most probable first; there may be none", () => {
  const logits = Float32Array.of(0, 2, -1, -2, -3, -4);
  const [first, second] = labelPredictions(logits, ["a", "b", "c"], [0.5, 0.5, 0.25]);
  expect(first!.labels).toEqual(["b", "c"]);
  expect(first!.scores.map(({ label }) => label)).toEqual(["b", "a", "c"]);
  expect(first!.scores[2]!.probability).toBeCloseTo(1 / (1 + Math.E), 12);
  expect(first!.logits).toEqual(Float32Array.of(0, 2, -1));
  expect(second!.labels).toEqual([]);
});

it("valuePredictions are the network's numbers by name", () => {
  const [first, second] = valuePredictions(Float32Array.of(1.5, -2, 3, 4), ["age", "__proto__"]);
  expect(Object.entries(first!.values)).toEqual([
    ["age", 1.5],
    ["__proto__", -2],
  ]);
  expect(second!.logits).toEqual(Float32Array.of(3, 4));
});
