import { expect, it } from "vitest";
import { posWeights } from "../../../../src/learner/engine/training/pos-weights.js";
import { refused } from "../../../helpers/refusal.js";

const labels = ["a", "b", "c", "d"];
const photos = [[0, 2], [0, 2], [0, 1, 2], [2], []];

it("posWeights are absent, or the photos without a label over those with it", () => {
  expect(posWeights(undefined, labels, photos)).toBeUndefined();
  expect(posWeights("balanced", labels, photos)).toEqual([2 / 3, 4, 1 / 4, 1]);
});

it("posWeights are taken by name, 1 for those not named", () => {
  expect(posWeights({ b: 3.5 }, labels, photos)).toEqual([1, 3.5, 1, 1]);
});

it("posWeights refuse strangers and what is no weight", () => {
  expect(refused(() => posWeights({ x: 1 }, labels, photos)).name).toBe("loss.posWeights");
  for (const weight of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
    expect(refused(() => posWeights({ a: weight }, labels, photos)).name).toBe('loss.posWeights["a"]');
});
