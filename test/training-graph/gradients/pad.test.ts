import { describe, expect, it } from "vitest";
import { createOps, type Ops } from "../../../src/onnx/builder.js";
import type { TypedValue } from "../../../src/onnx/shapes/dims.js";
import { expectForAnyBatch, fileNode, gradientOf } from "../../helpers/any-batch.js";
import { input } from "../../helpers/run-graph.js";
import { testRule } from "./cases.js";

describe("against central differences", () => {
  testRule("Pad");
});

describe("a batch of any size", () => {
  const table: [string, (op: Ops, x: TypedValue) => TypedValue][] = [
    ["constant", (op, x) => op.Pad(x, op.ints(0, 1, 0, 2), 5, undefined)],
    ["reflect", (op, x) => op.Pad(x, op.ints(0, 1, 0, 2), undefined, undefined, { mode: "reflect" })],
    ["edge", (op, x) => op.Pad(x, op.ints(1, 2), undefined, op.ints(-1), { mode: "edge" })],
  ];
  it.each(table)("%s", (_, build) => expectForAnyBatch(build, [2, 4]));
});

describe("what only a run could tell is refused", () => {
  const op = createOps();
  const x = input("x", ["batch", 4]);
  const reflect = { mode: { type: "STRING", value: "reflect" } } as const;
  const table: [string, TypedValue][] = [
    ["a batch that mirrors itself", op.Pad(x, op.ints(1, 0, 0, 0), undefined, undefined, { mode: "reflect" })],
    ["computed pads", fileNode("Pad", [x, input("pads", [4], "int64")], [undefined, undefined])],
    [
      "computed axes",
      fileNode("Pad", [x, op.ints(1, 0), undefined, input("axes", [1], "int64")], [undefined, undefined], reflect),
    ],
  ];
  it.each(table)("%s", (_, y) => {
    expect(() => gradientOf(createOps(), y, x)).toThrow(/^No gradient for Pad \(/);
  });
});
