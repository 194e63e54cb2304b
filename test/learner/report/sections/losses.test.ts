import { expect, it } from "vitest";
import { labelLosses, topLosses, valueLosses } from "../../../../src/learner/report/sections/losses.js";
import { labelReportInput, reportInput, valueReportInput } from "../../../helpers/cards.js";

it("topLosses shows photos with what they are taken for, how surely, and the heat map", () => {
  const { markup } = topLosses(reportInput())!;
  expect(markup).toContain('<img src="data:image/jpeg;base64,/9j/4A==" alt="valid/cat/3.jpg: cat">');
  expect(markup).toContain('alt="What speaks for dog in it"');
  expect(markup).toContain(
    "✗ cat, taken for dog</strong>\n<span>loss 1.3133 · <i>dog 73.1 %</i> · <i>cat 26.9 %</i></span>",
  );
  expect(markup).toContain("✓ cat, correctly</strong>\n<span>loss 0.6932 · <i>cat 50.0 %</i></span>");
  expect(markup.match(/<img /g)).toHaveLength(3);
});

it("topLosses says why there are no heat maps, and is nothing without photos", () => {
  const { interpretation, ...input } = reportInput();
  const without = { ...interpretation, withoutHeatMaps: "No heat map of vit." };
  expect(topLosses({ ...input, interpretation: without })!.markup).toContain("No heat map of vit.");
  expect(topLosses({ ...input, interpretation: { ...interpretation, topLosses: [] } })).toBeUndefined();
});

it("labelLosses tells what was missed and said wrongly, and the label that is looked for", () => {
  const { markup } = labelLosses(labelReportInput())!;
  expect(markup).toContain("✗ sea missed; dog said wrongly</strong>");
  expect(markup).toContain("<span>loss 1.5000 · <i>has sea</i> · most of it: <i>dog 95.3 %</i></span>");
  expect(markup).toContain('alt="What speaks for dog in it"');
  expect(markup).toContain("✓ dog, correctly</strong>");
  const { interpretation, ...input } = labelReportInput();
  const bare = { ...interpretation.topLosses[1]!, actual: [], predicted: [] };
  expect(labelLosses({ ...input, interpretation: { ...interpretation, topLosses: [bare] } })!.markup).toContain(
    "✓ no label, correctly",
  );
});

it("valueLosses tells what was said instead of what", () => {
  const { markup } = valueLosses(valueReportInput())!;
  expect(markup).toContain("<strong>36 instead of 40</strong>\n<span>loss 0.1280</span>");
  const { interpretation, ...input } = valueReportInput();
  const many = Object.fromEntries(["a", "b", "c", "d", "e", "f"].map((name, i) => [name, i]));
  const photo = { ...interpretation.topLosses[0]!, actual: many, predicted: many };
  const crowded = valueLosses({ ...input, interpretation: { ...interpretation, topLosses: [photo] } })!.markup;
  expect(crowded).toContain("<strong>a 0 instead of 0; b 1 instead of 1; c 2 instead of 2; d 3 instead of 3</strong>");
  expect(crowded).toContain("and 2 more values");
});
