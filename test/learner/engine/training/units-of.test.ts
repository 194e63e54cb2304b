import { expect, it } from "vitest";
import { unitsOf } from "../../../../src/learner/engine/training/units-of.js";

it("unitsOf are means and standard deviations, in double precision", () => {
  expect(
    unitsOf([
      [1, 1e9],
      [3, 1e9 + 2],
      [5, 1e9 + 1],
      [7, 1e9 + 1],
    ]),
  ).toEqual({
    means: [4, 1e9 + 1],
    deviations: [Math.sqrt(5), Math.sqrt(0.5)],
  });
});
