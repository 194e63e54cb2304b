import { expect, it } from "vitest";
import { curves } from "../../../../src/learner/report/sections/curves.js";
import { headFit, reportInput } from "../../../helpers/cards.js";

it("curves draws losses, accuracy and rates, and lists all epochs", () => {
  const { markup } = curves(reportInput());
  expect([...markup.matchAll(/aria-label="([^"]*)"/g)].map(([, label]) => label)).toEqual([
    "Loss over 3 epochs: in training from 0.8000 to 0.3000, on the validation photos from 0.5000 to 0.2000.",
    "Accuracy from 50.0 % after the first epoch to 75.0 % after the last.",
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
