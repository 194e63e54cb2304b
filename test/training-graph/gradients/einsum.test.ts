import { describe, expect, it } from "vitest";
import { createOps } from "../../../src/onnx/builder.js";
import { expectForAnyBatch, fileNode, gradientOf } from "../../helpers/any-batch.js";
import { input } from "../../helpers/run-graph.js";
import { testRule } from "./cases.js";

describe("against central differences", () => {
  testRule("Einsum");
});

it("serves a batch of any size", () =>
  expectForAnyBatch((op, x) => op.Einsum([x, x], { equation: "bid,bjd->bij" }), [2, 3, 4]));

describe("what is no plain product is refused", () => {
  it.each([
    ["what is summed up alone", "ij,jk->k"],
    ["a diagonal", "ii,ij->ij"],
    ["an ellipsis", "...i,ij->...j"],
    ["an unstated result", "ij,jk"],
  ])("%s", (_, equation) => {
    const x = input("x", [2, 2]);
    const y = fileNode("Einsum", [x, x], [2, 2], { equation: { type: "STRING", value: equation } });
    expect(() => gradientOf(createOps(), y, x)).toThrow(/^No gradient for Einsum \(/);
  });

  it.each([1, undefined])("sizes that may stand for others: %s and 3", (size) => {
    const [x, w] = [input("x", [2, size]), input("w", [3, 2])];
    const y = fileNode("Einsum", [x, w], [2, 2], { equation: { type: "STRING", value: "ij,jk->ik" } });
    expect(() => gradientOf(createOps(), y, x)).toThrow(/^No gradient for Einsum \(/);
  });
});
