import { expect, it } from "vitest";
import { topLosses } from "../../../../src/learner/engine/interpret/top-losses.js";

const logits = Float32Array.of(2, 0, 0, 3, 1, 1, 0, Math.log(3));
const outcome = { logits, labels: Int32Array.of(0, 0, 1, 1), classes: 2 };

it("topLosses are the greatest cross-entropies, with the probabilities behind them", () => {
  const found = topLosses(outcome, 3);
  expect(found.map(({ row }) => row)).toEqual([1, 2, 3]);
  expect(found[0]).toEqual({
    ...{ row: 1, actual: 0, predicted: 1 },
    loss: expect.closeTo(Math.log(1 + Math.exp(3)), 6),
    probability: expect.closeTo(1 / (1 + Math.exp(-3)), 6),
    probabilityOfActual: expect.closeTo(1 / (1 + Math.exp(3)), 6),
  });
  // Equal logits: the first class counts as predicted.
  expect(found[1]).toMatchObject({ loss: expect.closeTo(Math.LN2, 6), predicted: 0, actual: 1, probability: 0.5 });
  expect(found[2]).toMatchObject({ loss: expect.closeTo(Math.log(4 / 3), 6), probability: expect.closeTo(0.75, 6) });
});

it("topLosses puts what is no number first, and keeps the order of equals", () => {
  const broken = { logits: Float32Array.of(1, 0, Number.NaN, 0, 1, 0), labels: Int32Array.of(0, 1, 0), classes: 2 };
  expect(topLosses(broken, 9).map(({ row }) => row)).toEqual([1, 0, 2]);
  expect(topLosses(broken, 0)).toEqual([]);
});
