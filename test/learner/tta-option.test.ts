import { expect, it } from "vitest";
import { ttaViews } from "../../src/learner/tta-option.js";
import { refused } from "../helpers/refusal.js";

it("is four views for `true`, none unless asked for, and as many as are", () => {
  expect([{}, { tta: false }, { tta: true }, { tta: 1 }, { tta: 32 }].map(ttaViews)).toEqual([0, 0, 4, 1, 32]);
});

it("refuses what is no number of views", () => {
  for (const tta of [0, 33, 1.5, "4", null]) expect(refused(() => ttaViews({ tta } as never)).name).toBe("tta");
});
