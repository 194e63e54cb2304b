import { expect, it } from "vitest";
import { curves } from "../../../../src/learner/report/sections/curves.js";
import { headFit, labelReportInput, reportInput, valueReportInput } from "../../../helpers/cards.js";

it("curves draws losses, accuracy and rates, and lists all epochs", () => {
  const { markup } = curves(reportInput());
  expect([...markup.matchAll(/aria-label="([^"]*)"/g)].map(([, label]) => label)).toEqual([
    "Loss over 3 epochs: in training from 0.8000 to 0.3000, on the validation photos from 0.5000 to 0.2000.",
    "After the first epoch and after the last: accuracy from 50.0 % to 75.0 %.",
    "The learning rate rises to 0.0059, then to 0.001.",
  ]);
  expect(markup).toContain(
    '<th scope="row">1</th><td>0.4000</td><td>0.2500</td><td>75.0 %</td><td>0.3750</td><td>250 ms</td>',
  );
  // The second fit ended after one of three epochs: of its three rates one is drawn.
  expect(markup).toMatch(/class="line b" d="M[\d.]+ [\d.]+"/);
});

it("curves leaves out the rates of records that have none", () => {
  const input = reportInput();
  const { lrs: _, ...fit } = headFit;
  const { markup } = curves({ ...input, record: { ...input.record!, fits: [fit] } });
  expect(markup).not.toContain("Learning rate of the head");
  expect(curves({ ...input, record: { ...input.record!, fits: [] } }).markup).toContain(
    "Nothing has been trained yet.",
  );
});

it("curves draws all scores of labels, and R² of values", () => {
  const labels = curves(labelReportInput()).markup;
  expect(labels).toContain(
    'aria-label="After the first epoch and after the last: F1 from 0.500 to 0.750; mAP from 0.600 to 0.900."',
  );
  expect(labels).toContain("Scores on the validation photos");
  expect(labels).toContain("<td>1.0000</td><td>0.5000</td><td>0.7500</td><td>0.9000</td>");
  expect(labels).not.toContain("ccuracy");
  const values = curves(valueReportInput()).markup;
  expect(values).toContain('aria-label="After the first epoch and after the last: R² from -4.000 to 0.952."');
  expect(values).toContain("R² on the validation photos");
  const { record, ...input } = valueReportInput();
  const [fit] = record!.fits;
  const mae = {
    ...fit!,
    epochs: fit!.epochs.map(({ metrics: { r2: _, ...metrics }, ...epoch }) => ({ ...epoch, metrics })),
  };
  expect(curves({ ...input, record: { ...record!, fits: [mae] } }).markup).toContain(
    "Mean absolute error on the validation",
  );
});

it("curves draws no scores where none were measured, and a gap where one is no number", () => {
  const { record, ...input } = valueReportInput();
  const [fit] = record!.fits;
  const drawn = (metrics: object) =>
    curves({
      ...input,
      record: {
        ...record!,
        fits: [{ ...fit!, epochs: fit!.epochs.map((epoch) => ({ ...epoch, metrics: metrics as never })) }],
      },
    }).markup;
  expect(drawn({}).match(/<figure/g)).toHaveLength(1);
  expect(drawn({ r2: null }).match(/<figure/g)).toHaveLength(2);
  expect(drawn({ r2: null })).toContain("<td>–</td>");
});
