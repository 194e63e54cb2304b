import { describe, expect, it } from "vitest";
import { createOps, type Ops } from "../../../src/onnx/builder.js";
import type { TypedValue } from "../../../src/onnx/shapes/dims.js";
import { expectForAnyBatch, fileNode, gradientOf } from "../../helpers/any-batch.js";
import { input } from "../../helpers/run-graph.js";
import { testRule } from "./cases.js";

describe("against central differences", () => {
  testRule("Tile");
});

describe("a batch of any size", () => {
  const table: [string, (op: Ops, x: TypedValue) => TypedValue][] = [
    ["behind it", (op, x) => op.Tile(x, op.ints(1, 3, 2))],
    [
      "one token for every photo",
      (op, x) => {
        const token = op.ReduceMean(x, op.ints(0));
        const photos = op.Shape(x, { start: 0, end: 1 });
        return op.Mul(x, op.Tile(token, op.Concat([photos, op.ints(1, 1)], { axis: 0 })));
      },
    ],
  ];
  it.each(table)("%s", (_, build) => expectForAnyBatch(build, [2, 2, 3]));
});

describe("what only a run could tell is refused", () => {
  const table: [string, TypedValue["shape"], TypedValue["shape"]][] = [
    ["a batch that is repeated", ["batch", 4], [undefined, 4]],
    ["computed repeats", [2, 4], [2, undefined]],
  ];
  it.each(table)("%s", (_, from, to) => {
    const x = input("x", from);
    const y = fileNode("Tile", [x, input("repeats", [2], "int64")], to);
    expect(() => gradientOf(createOps(), y, x)).toThrow(/^No gradient for Tile \(/);
  });
});
