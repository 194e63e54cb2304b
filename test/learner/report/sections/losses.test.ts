import { expect, it } from "vitest";
import { topLosses } from "../../../../src/learner/report/sections/losses.js";
import { reportInput } from "../../../helpers/cards.js";

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
