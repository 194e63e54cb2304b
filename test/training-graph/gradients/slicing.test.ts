import { describe, expect, it } from "vitest";
import { createOps, type Ops } from "../../../src/onnx/builder.js";
import type { TypedValue } from "../../../src/onnx/shapes/dims.js";
import { expectForAnyBatch, fileNode, gradientOf } from "../../helpers/any-batch.js";
import { input } from "../../helpers/run-graph.js";
import { testRule } from "./cases.js";

describe("against central differences", () => {
  testRule("Slice");
});

const END = 2 ** 31 - 1;

describe("a batch of any size", () => {
  const table: [string, (op: Ops, x: TypedValue) => TypedValue][] = [
    ["every second element", (op, x) => op.Slice(x, op.ints(0, 1), op.ints(END, END), undefined, op.ints(1, 2))],
    ["all but the first", (op, x) => op.Slice(x, op.ints(1), op.ints(END), op.ints(1))],
    [
      "as far as the batch goes",
      (op, x) => {
        const ends = op.Concat([op.Shape(x, { end: 1 }), op.ints(3)], { axis: 0 });
        return op.Identity(fileNode("Slice", [x, op.ints(0, 0), ends], x.shape.with(1, 3)));
      },
    ],
  ];
  it.each(table)("%s", (_, build) => expectForAnyBatch(build, [2, 4]));
});

describe("what only a run could tell is refused", () => {
  const op = createOps();
  const x = input("x", ["batch", 4]);
  const table: [string, TypedValue][] = [
    ["the first of a batch", op.Slice(x, op.ints(0), op.ints(1))],
    ["a batch turned round", op.Slice(x, op.ints(-1), op.ints(-END), op.ints(0), op.ints(-1))],
    ["a computed start", fileNode("Slice", [x, input("starts", [1], "int64"), op.ints(4), op.ints(1)], ["batch", 2])],
    ["computed axes", fileNode("Slice", [x, op.ints(0), op.ints(4), input("axes", [1], "int64")], ["batch", 4])],
  ];
  it.each(table)("%s", (_, y) => {
    expect(() => gradientOf(createOps(), y, x)).toThrow(/^No gradient for Slice \(/);
  });
});
