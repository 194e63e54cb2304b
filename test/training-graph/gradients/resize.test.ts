import { describe, expect, it } from "vitest";
import { createOps, type Ops } from "../../../src/onnx/builder.js";
import type { TypedValue } from "../../../src/onnx/shapes/dims.js";
import { float32 } from "../../../src/tensor.js";
import { expectForAnyBatch, fileNode, gradientOf } from "../../helpers/any-batch.js";
import { input } from "../../helpers/run-graph.js";
import { testRule } from "./cases.js";

describe("against differences", () => {
  testRule("Resize");
});

const scales = (op: Ops, ...values: number[]): TypedValue => op.constant("scales", float32([values.length], values));

describe("a batch of any size", () => {
  const table: [string, (op: Ops, x: TypedValue) => TypedValue][] = [
    ["by scales", (op, x) => op.Resize(x, undefined, scales(op, 1, 1, 2, 0.5), undefined, { mode: "linear" })],
    ["by the sizes of some axes", (op, x) => op.Resize(x, undefined, undefined, op.ints(5, 3), { axes: [2, 3] })],
    [
      "by sizes of which the batch is one, as exporters write them",
      (op, x) => {
        const sizes = op.Concat([op.Shape(x, { end: 2 }), op.ints(5, 3)], { axis: 0 });
        return fileNode("Resize", [x, undefined, undefined, sizes], [...x.shape.slice(0, 2), 5, 3]);
      },
    ],
  ];
  it.each(table)("%s", (_, build) => expectForAnyBatch(build, [2, 1, 2, 4]));
});

describe("what the rule does not know is refused", () => {
  const op = createOps();
  const x = input("x", ["batch", 1, 2, 4]);
  const stretched = op.ints(2, 3, 4, 6);
  const table: [string, TypedValue][] = [
    ["a batch interpolated", op.Resize(x, undefined, scales(op, 2, 1, 1, 1), undefined)],
    ["computed scales", fileNode("Resize", [x, undefined, input("scales", [4])], ["batch", 1, 4, 8])],
    [
      "a part of the image",
      op.Resize(x, op.constant("roi", float32([8], [0, 0, 0, 0, 1, 1, 0.5, 0.5])), scales(op, 1, 1, 2, 2), undefined, {
        coordinate_transformation_mode: "tf_crop_and_resize",
      }),
    ],
    ["a ratio kept", op.Resize(x, undefined, undefined, stretched, { keep_aspect_ratio_policy: "not_larger" })],
  ];
  it.each(table)("%s", (_, y) => {
    expect(() => gradientOf(createOps(), y, x)).toThrow(/^No gradient for Resize \(/);
  });
});
