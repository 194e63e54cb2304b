import { expect, it } from "vitest";
import { topClassLosses, topLabelLosses, topValueLosses } from "../../../../src/learner/engine/interpret/top-losses.js";
import { labelOutcome, valueOutcome } from "../../../helpers/cards.js";

const logits = Float32Array.of(2, 0, 0, 3, 1, 1, 0, Math.log(3));
const outcome = { logits, labels: Int32Array.of(0, 0, 1, 1), classes: 2 };

it("topClassLosses are the greatest cross-entropies, with the probabilities behind them", () => {
  const found = topClassLosses(outcome, 3);
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

it("topClassLosses puts what is no number first, and keeps the order of equals", () => {
  const broken = { logits: Float32Array.of(1, 0, Number.NaN, 0, 1, 0), labels: Int32Array.of(0, 1, 0), classes: 2 };
  expect(topClassLosses(broken, 9).map(({ row }) => row)).toEqual([1, 0, 2]);
  expect(topClassLosses(broken, 0)).toEqual([]);
});

it("topLabelLosses are the greatest means over the labels, with the label that most is from", () => {
  const found = topLabelLosses(labelOutcome, 2);
  const loss = (Math.log1p(Math.exp(-2)) + Math.log1p(Math.exp(1)) + Math.log1p(Math.exp(3))) / 3;
  expect(found).toEqual([
    {
      ...{ row: 1, actual: ["sea"], predicted: ["dog"], worst: 2 },
      ...{ loss: expect.closeTo(loss, 6), probability: expect.closeTo(1 / (1 + Math.exp(-3)), 6) },
    },
    {
      ...{ row: 0, actual: ["sky", "sea"], predicted: ["sky"], worst: 1 },
      loss: expect.closeTo((Math.log1p(Math.exp(-2)) + Math.log1p(Math.exp(1)) + Math.log1p(Math.exp(-3))) / 3, 6),
      probability: expect.closeTo(1 / (1 + Math.E), 6),
    },
  ]);
  const strict = topLabelLosses({ ...labelOutcome, thresholds: [0.9, 0.2, 0.5] }, 4).find(({ row }) => row === 0)!;
  expect(strict.predicted).toEqual(["sea"]);
});

it("topValueLosses are squared errors by the variance, whose mean is 1 - R²", () => {
  const found = topValueLosses(valueOutcome, 4);
  expect(found.map(({ row }) => row)).toEqual([3, 0, 1, 2]);
  // Of 10, 20, 30, 40 it is 125.
  expect(found.map(({ loss }) => loss)).toEqual([16 / 125, 4 / 125, 4 / 125, 0]);
  expect(found.reduce((sum, { loss }) => sum + loss, 0) / 4).toBeCloseTo(1 - 0.952, 12);
  const two = {
    names: ["metres", "always 7"],
    actual: Float32Array.of(0, 7, 2, 7),
    predicted: Float32Array.of(1, 7, 2, 10),
  };
  // The first has the variance 1, the second none.
  expect(topValueLosses(two, 2)).toEqual([
    { row: 1, loss: 9 / 2 },
    { row: 0, loss: 1 / 2 },
  ]);
});
