import { describe, expect, it } from "vitest";
import { createOps } from "../../../src/onnx/builder.js";
import { graphOf } from "../../../src/onnx/graph.js";
import { measureShapes } from "../../../src/onnx/passes/measure-shapes.js";
import { float32 } from "../../../src/tensor.js";
import { evaluate } from "../../helpers/evaluate.js";
import { input } from "../../helpers/run-graph.js";

describe("measureShapes", () => {
  const op = createOps();
  const x = input("x", ["batch", "width"]);
  const inner = op.Unsqueeze(op.Neg(x), op.ints(1));
  const y = op.ReduceSum(inner, op.ints(2), { keepdims: 0 });
  const model = { graph: graphOf("g", [x], [y]), opsets: { "": 18 }, metadata: {} };

  it("gives the shapes of inputs, inner values and outputs as they are in one run", async () => {
    const shapes = await measureShapes(model, [x, inner, y, inner], { x: float32([3, 5]) }, evaluate);
    expect([...shapes]).toEqual([
      [x, [3, 5]],
      [inner, [3, 1, 5]],
      [y, [3, 1]],
    ]);
  });

  it("has names of its own for what it asks", async () => {
    const x = input("_probe_0", [3]);
    const model = { graph: graphOf("g", [x], []), opsets: { "": 18 }, metadata: {} };
    const shapes = await measureShapes(model, [x], { _probe_0: float32([3]) }, evaluate);
    expect(shapes.get(x)).toEqual([3]);
  });

  it("runs nothing when nothing is asked", async () => {
    const never = () => Promise.reject(new Error("it ran"));
    expect(await measureShapes(model, [], {}, never)).toEqual(new Map());
  });
});
