import { expect, it } from "vitest";
import { classTable, confusion } from "../../../../src/learner/report/sections/confusion.js";
import { reportInput } from "../../../helpers/cards.js";

it("confusion shows every count, deeper the greater its share of the row", () => {
  const { markup } = confusion(reportInput());
  expect(markup).toContain('<td class="hit" style="--share:0.84">2</td><td class="miss" style="--share:0.64">1</td>');
  expect(markup).toContain('<td class="zero">0</td><td class="hit" style="--share:1.00">1</td>');
  expect(markup).toContain('<tr><th scope="row">cat</th><td>dog</td><td>1</td></tr>');
});

it("confusion is a picture where numbers would not fit", () => {
  const classes = Array.from({ length: 30 }, (_, i) => `class ${i}`);
  const input = reportInput();
  const matrix = classes.map((_, i) => classes.map((_, j) => (i === j ? 3 : j === i + 1 ? 1 : 0)));
  const { markup } = confusion({ ...input, interpretation: { ...input.interpretation, classes, confusion: matrix } });
  expect(markup.match(/<rect class="hit"/g)).toHaveLength(30);
  expect(markup.match(/<rect class="miss"/g)).toHaveLength(29);
  expect(markup).toContain("<title>class 2 taken for class 3: 1</title>");
});

it("classTable has the scores of each class", () => {
  expect(classTable(reportInput()).markup).toContain(
    '<tr><th scope="row">cat</th><td>3</td><td>66.7 %</td><td>100.0 %</td><td>0.800</td></tr>',
  );
});
