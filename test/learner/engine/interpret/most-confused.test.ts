import { expect, it } from "vitest";
import { labelsTakenFor, mostConfused } from "../../../../src/learner/engine/interpret/most-confused.js";
import { labelOutcome } from "../../../helpers/cards.js";

const matrix = [
  [5, 1, 0],
  [3, 9, 1],
  [0, 2, 0],
];

it("mostConfused has the most frequent first, of equals in the order of the classes", () => {
  expect(mostConfused(matrix, ["a", "b", "c"])).toEqual([
    { actual: "b", predicted: "a", count: 3 },
    { actual: "c", predicted: "b", count: 2 },
    { actual: "a", predicted: "b", count: 1 },
    { actual: "b", predicted: "c", count: 1 },
  ]);
});

it("mostConfused leaves out what is rarer than asked for", () => {
  expect(mostConfused(matrix, ["a", "b", "c"], 2).map(({ count }) => count)).toEqual([3, 2]);
  expect(mostConfused(matrix, ["a", "b", "c"], 4)).toEqual([]);
});

it("labelsTakenFor counts photos that miss one label and are said to have another", () => {
  expect(labelsTakenFor(labelOutcome)).toEqual([
    [0, 0, 0],
    [0, 0, 1],
    [0, 0, 0],
  ]);
  // With what is said of every photo, the first lacks nothing, and the third is no sea.
  const eager = { ...labelOutcome, thresholds: [0.99, 0.01, 0.99] };
  expect(labelsTakenFor(eager)).toEqual([
    [0, 0, 0],
    [0, 0, 0],
    [0, 1, 0],
  ]);
});
