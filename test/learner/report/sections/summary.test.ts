import { expect, it } from "vitest";
import { summary } from "../../../../src/learner/report/sections/summary.js";
import { reportInput } from "../../../helpers/cards.js";

it("summary tells the result, and how long training took", () => {
  const { markup } = summary(reportInput());
  expect(markup).toContain("<h1>75.0 % of 4 validation photos are classified correctly, 1 is not</h1>");
  for (const tile of [
    "accuracy</dt><dd>75.0 %",
    "loss</dt><dd>0.1235",
    "training photos</dt><dd>12",
    "training time</dt><dd>750 ms",
  ])
    expect(markup).toContain(tile);
  expect(markup).toContain("Training report · tiny-net");
  expect(markup).toContain("2 classes: cat and dog.");
});

it("summary says it when nothing is wrong, and names the folder without a record", () => {
  const input = reportInput();
  const interpretation = {
    ...input.interpretation,
    confusion: [
      [3, 0],
      [0, 1],
    ],
    accuracy: 1,
  };
  const { markup } = summary({ ...input, interpretation, record: undefined });
  expect(markup).toContain("<h1>All of 4 validation photos are classified correctly</h1>");
  expect(markup).toContain("Training report · my-model");
  expect(markup).not.toContain("training time");
});
