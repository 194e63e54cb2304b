import { describe, expect, it } from "vitest";
import { inputNames, isOpType } from "../../../src/onnx/schema.js";
import { gradients } from "../../../src/training-graph/gradients/index.js";
import { cases } from "./cases.js";

const rules = Object.entries(gradients);

describe("gradients", () => {
  it.each(rules)("%s has cases in which each of its inputs is differentiated", (opType, rule) => {
    const inputs = cases[opType as keyof typeof gradients].map(([given]) => given);
    for (const name of Object.keys(rule)) {
      expect(
        inputs.some((given) => given[name] && !("dtype" in given[name])),
        name,
      ).toBe(true);
    }
  });

  it.each(rules)("%s is keyed by inputs that the operator has", (opType, rule) => {
    expect(isOpType(opType) && inputNames(opType)).toEqual(expect.arrayContaining(Object.keys(rule)));
  });
});
