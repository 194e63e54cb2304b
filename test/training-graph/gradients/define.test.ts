import { describe, expect, it } from "vitest";
import { defineGradient } from "../../../src/training-graph/gradients/define.js";

describe("defineGradient", () => {
  it("gives a rule its operator's types, and nothing else", () => {
    const rule = {
      A: () => {
        throw new Error("not called");
      },
    };
    expect(defineGradient("Gemm", rule)).toBe(rule);
    // @ts-expect-error Gemm has no input D.
    defineGradient("Gemm", { D: ({ dY }) => dY });
    // @ts-expect-error Nor an attribute axis.
    defineGradient("Gemm", { A: ({ op, dY, attributes }) => op.Mul(dY, attributes.axis) });
    // @ts-expect-error C may be absent.
    defineGradient("Gemm", { C: ({ C }) => C });
  });
});
