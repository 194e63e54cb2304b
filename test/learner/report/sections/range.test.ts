import { expect, it } from "vitest";
import { rangeTest } from "../../../../src/learner/report/sections/range.js";
import { reportInput } from "../../../helpers/cards.js";

it("rangeTest draws the runs and the suggestion, with its reason and warnings", () => {
  const { markup } = rangeTest(reportInput())!;
  expect(markup).toContain("<p>0.01 is the largest rate.</p>");
  expect(markup).toContain("The rules disagree.");
  expect(markup).toContain('aria-label="The loss is 1.00 at first and 0.50 at its lowest; 0.01 is suggested."');
  expect(markup.match(/class="line faint" d="M76/g)).toHaveLength(2);
  // Half way between 0.001 and 0.1.
  expect(markup).toMatch(/class="mark" d="M272 12V228"/);
});

it("rangeTest is nothing without a range test", () => {
  const input = reportInput();
  expect(rangeTest({ ...input, record: { ...input.record!, range: null } })).toBeUndefined();
});
