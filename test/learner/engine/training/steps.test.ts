import { expect, it } from "vitest";
import { successors } from "../../../../src/learner/engine/training/steps.js";
import { nextState } from "../../../../src/training-graph/step.js";

it("successors names what came out after what it follows, and leaves out what has none, and what follows nothing", () => {
  const outputs = { [nextState("bias")]: 2, losses: 5, [nextState("other")]: 7, [nextState("weight")]: 1 };
  expect(Object.entries(successors({ weight: 0, mean: 0, bias: 0 }, outputs))).toEqual([
    ["weight", 1],
    ["bias", 2],
  ]);
});
