import { describe, expect, it } from "vitest";
import { headGradients } from "../../../src/training-graph/gradients/head.js";
import { gradients } from "../../../src/training-graph/gradients/index.js";

describe("headGradients", () => {
  it.each(Object.entries(headGradients))("has the rule of %s that there is", (opType, rule) => {
    expect(rule).toBe(gradients[opType as keyof typeof gradients]);
  });
});
