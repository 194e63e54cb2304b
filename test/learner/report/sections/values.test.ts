import { expect, it } from "vitest";
import {
  valueHeadline,
  valueScatter,
  valueSummary,
  valueTable,
} from "../../../../src/learner/report/sections/values.js";
import { valueReportInput } from "../../../helpers/cards.js";

const { interpretation, ...input } = valueReportInput();
const [radius] = interpretation.perTarget;

it("valueSummary tells how far it is off", () => {
  const { markup } = valueSummary(valueReportInput());
  expect(markup).toContain("<h1>radius is off by 2 on average on 4 validation photos</h1>");
  for (const tile of ["mean absolute error</dt><dd>2", "R²</dt><dd>0.952"]) expect(markup).toContain(tile);
  expect(valueHeadline(interpretation)).toBe("R² 0.952");
  const told = (count: number) => {
    const perTarget = Array.from({ length: count }, (_, i) => ({ ...radius!, name: `v${i}`, mae: i + 0.5 }));
    return valueSummary({ ...input, interpretation: { ...interpretation, perTarget } }).markup;
  };
  expect(told(2)).toContain("<h1>Off on average on 4 validation photos: v0 by 0.5, v1 by 1.5</h1>");
  expect(told(4)).toContain("<h1>4 values are told on 4 validation photos</h1>");
});

it("valueScatter has a dot for each photo, and the line of those that are told rightly", () => {
  const { markup } = valueScatter(valueReportInput());
  expect(markup).toContain('aria-label="Predicted radius against the actual one: off by 2 on average, R² 0.952."');
  // From 10 to 40 either way.
  expect(markup).toContain('<path class="line faint" d="M76 228L468 12"/>');
  expect(markup.match(/<circle class="dot a"/g)).toHaveLength(4);
  expect(markup).toContain('<circle class="dot a" cx="337.3" cy="84" r="3"/>');
  expect(markup).not.toContain('<path class="line a"');
});

it("valueScatter draws some of many photos and values, and says so", () => {
  const photos = 2500;
  const actual = Float32Array.from({ length: photos }, (_, i) => i);
  const many = { ...interpretation, photos, actual, predicted: actual };
  const { markup } = valueScatter({ ...input, interpretation: many });
  expect(markup).toContain("834 of the 2,500 photos are drawn.");
  expect(markup.match(/<circle class="dot a"/g)).toHaveLength(834);
  const names = Array.from({ length: 14 }, (_, i) => `v${i}`);
  const perTarget = names.map((name) => ({ ...radius!, name }));
  const wide = {
    ...interpretation,
    photos: 1,
    classes: names,
    perTarget,
    actual: actual.slice(0, 14),
    predicted: actual,
  };
  expect(valueScatter({ ...input, interpretation: wide }).markup).toContain("The first 12 of 14 values are drawn.");
});

it("valueTable has the errors of each value, and no R² where all are alike", () => {
  expect(valueTable(valueReportInput()).markup).toContain(
    '<tr><th scope="row">radius</th><td>2</td><td>2.449</td><td>0.952</td></tr>',
  );
  const perTarget = [{ ...radius!, r2: Number.NaN }];
  expect(valueTable({ ...input, interpretation: { ...interpretation, perTarget } }).markup).toContain(
    "<td>–</td></tr>",
  );
});
