import { expect, it } from "vitest";
import {
  labelConfusion,
  labelHeadline,
  labelSummary,
  labelTable,
} from "../../../../src/learner/report/sections/labels.js";
import { labelReportInput } from "../../../helpers/cards.js";

it("labelSummary counts what was found and what was said wrongly", () => {
  const { interpretation, ...input } = labelReportInput();
  const { markup } = labelSummary({ ...input, interpretation });
  expect(markup).toContain("<h1>2 of 4 labels on 4 validation photos are found, 2 more are said wrongly</h1>");
  expect(markup).toContain("<p>3 labels: sky, sea and dog.</p>");
  // Of F1 1, 0 and 2/3 the mean.
  for (const tile of ["F1</dt><dd>0.5556", "loss</dt><dd>0.2500", "training photos</dt><dd>12"])
    expect(markup).toContain(tile);
  expect(labelHeadline(interpretation)).toBe("2 of 4 labels found");
  const confusion = [{ label: "sky", found: 1, missed: 0, wrong: 0, neither: 0 }];
  expect(labelSummary({ ...input, interpretation: { ...interpretation, photos: 1, confusion } }).markup).toContain(
    "<h1>All 1 label on 1 validation photo are found, none is said wrongly</h1>",
  );
});

it("labelTable has the scores of each label, and counts", () => {
  const { markup } = labelTable(labelReportInput());
  expect(markup).toContain(
    '<tr><th scope="row">dog</th><td>1</td><td>0.500</td><td>1</td><td>0</td><td>1</td><td>100.0 %</td><td>50.0 %</td><td>0.667</td><td>0.500</td></tr>',
  );
  const { interpretation, ...input } = labelReportInput();
  const [sky] = interpretation.perLabel;
  const perLabel = [{ ...sky!, count: 0, averagePrecision: Number.NaN }];
  expect(labelTable({ ...input, interpretation: { ...interpretation, perLabel } }).markup).toContain("<td>–</td></tr>");
});

it("labelConfusion lists the pairs", () => {
  expect(labelConfusion(labelReportInput()).markup).toContain(
    '<tr><th scope="row">sea</th><td>dog</td><td>1</td></tr>',
  );
});
