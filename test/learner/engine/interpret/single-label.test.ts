import { expect, it } from "vitest";
import { refuseOtherTasks } from "../../../../src/learner/engine/interpret/single-label.js";
import { refused } from "../../../helpers/refusal.js";

it("refuses labels and values, not classes", () => {
  refuseOtherTasks("single-label");
  for (const task of ["multi-label", "regression"] as const)
    expect(refused(() => refuseOtherTasks(task)).expected).toBe(
      "photos of one class each, which alone are looked into and reported on so far,",
    );
});
