import { describe, expect, it } from "vitest";
import { createOps, type Ops } from "../../../src/onnx/builder.js";
import { graphOf, type Value } from "../../../src/onnx/graph.js";
import { fixedNumbers } from "../../../src/onnx/passes/fixed-numbers.js";
import { targetOpset } from "../../../src/onnx/schema.js";
import type { TypedValue } from "../../../src/onnx/shapes/dims.js";
import { float32, int64 } from "../../../src/tensor.js";
import { fileNode } from "../../helpers/any-batch.js";
import { evaluate } from "../../helpers/evaluate.js";
import { input } from "../../helpers/run-graph.js";

const feeds = [2, 3].map((count) => ({ x: float32([count, 6], new Float32Array(count * 6).fill(0.5)) }));

/** What is found of a network of x [N, 6]. */
async function found(build: (op: Ops, x: TypedValue) => Value) {
  const x = input("x", ["N", 6]);
  const graph = graphOf("g", [x], [build(createOps(), x)]);
  return fixedNumbers({ graph, opsets: { "": targetOpset }, metadata: {} }, feeds, evaluate);
}

describe("fixedNumbers", () => {
  it("are where a slice begins that is half as long as its axis", async () => {
    let starts: Value | undefined;
    const numbers = await found((op, x) => {
      // chunk(2) as exporters write it, for any number of channels.
      const channels = op.Gather(op.Shape(x), op.ints(1));
      starts = op.Div(op.Add(channels, 1), op.ints(2));
      return fileNode("Slice", [x, starts as TypedValue, channels, op.ints(1)], ["N", 3]);
    });
    // The ends as well; nothing else is read by what is not arithmetic.
    expect(numbers.size).toBe(2);
    expect(numbers.get(starts!)).toEqual(int64([1], [3]));
    expect([...numbers.values()]).toContainEqual(int64([1], [6]));
  });

  it("are none that the batch decides, none that photos decide, no weights", async () => {
    const numbers = await found((op, x) => {
      const rows = op.Concat([op.Shape(x, { end: 1 }), op.ints(2, 3)], { axis: 0 });
      const weight = op.Transpose(op.constant("w", float32([3, 1], [1, 2, 3])));
      const sign = op.Cast(op.ReduceMax(x, undefined, { keepdims: 0 }), { to: "int64" });
      return op.Gather(op.Mul(op.Reshape(x, rows), weight), sign, { axis: 1 });
    });
    expect(numbers).toEqual(new Map());
  });
});
