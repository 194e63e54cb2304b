import { describe, expect, it } from "vitest";
import { isRegraftError } from "../../src/errors.js";
import { type HeadOptions, headOf } from "../../src/learner/head-options.js";

function refused(head: unknown): { name: string; expected: string } {
  try {
    headOf(head as HeadOptions);
  } catch (error) {
    if (isRegraftError(error, "invalid-argument")) return error.details;
    throw error;
  }
  throw new Error("it was accepted");
}

describe("headOf", () => {
  it("spells names out as plain data", () => {
    expect(headOf()).toEqual({ kind: "linear" });
    expect(headOf("linear")).toEqual({ kind: "linear" });
    expect(headOf("pretrained")).toEqual({ kind: "pretrained" });
    expect(headOf("fastai")).toEqual({ kind: "mlp", hidden: [512], dropout: 0.5 });
    expect(headOf({ hidden: 512 })).toEqual(headOf("fastai"));
  });

  it("takes one width or several, and the ends of ranges", () => {
    expect(headOf({ hidden: 7, dropout: 0 })).toMatchObject({ hidden: [7], dropout: 0 });
    const hidden = [65536, 1, 2, 3, 4, 5, 6, 7];
    const spec = headOf({ hidden, dropout: 0.999 });
    expect(spec).toMatchObject({ hidden, dropout: 0.999 });
    hidden.pop();
    expect(spec).toMatchObject({ hidden: [65536, 1, 2, 3, 4, 5, 6, 7] });
    expect(structuredClone(spec)).toEqual(spec);
  });

  it.each<[string, readonly unknown[]]>([
    ["head", ["mlp", "", null, 512, true, ["fastai"], () => {}]],
    ["head.hidden", [[], Array(9).fill(4), 0, -1, 1.5, 65537, "512", [512, 0], [512, "8"], null, {}, Number.NaN]],
  ])("refuses wrong values of %s", (name, values) => {
    for (const value of values)
      expect(refused(name === "head" ? value : { hidden: value }).name, String(value)).toBe(name);
  });

  it("refuses an object without widths, wrong dropout and strangers", () => {
    expect(refused({}).name).toBe("head.hidden");
    for (const dropout of [1, -0.1, Number.NaN, "0.5", null, [0.5]])
      expect(refused({ hidden: 5, dropout }).name).toBe("head.dropout");
    expect(refused({ hidden: 5, droput: 0.1 })).toMatchObject({
      name: "head",
      expected: "options among hidden, dropout",
    });
  });
});
