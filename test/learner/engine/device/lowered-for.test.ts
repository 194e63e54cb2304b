import { describe, expect, it } from "vitest";
import { loweredFor } from "../../../../src/learner/engine/device/lowered-for.js";
import { createOps } from "../../../../src/onnx/builder.js";
import { graphOf } from "../../../../src/onnx/graph.js";
import { float32, sizeOf } from "../../../../src/tensor.js";
import { modelOf } from "../../../../src/training-graph/graph-edges.js";
import { largestDifference } from "../../../helpers/difference.js";
import { operatorsOf } from "../../../helpers/operators-of.js";
import { input, numbersOf, run } from "../../../helpers/run-graph.js";

const wave = (shape: readonly number[]) =>
  float32(
    shape,
    Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(i)),
  );

/** A convolution of six channels, which WebGPU's kernel gets wrong, and an operator that it lacks. */
function scores() {
  const op = createOps();
  const x = input("x", ["N", 6, 4, 4]);
  const map = op.Conv(x, op.constant("w", wave([4, 6, 3, 3])), undefined);
  return modelOf(graphOf("scores", [x], [op.LogSoftmax(op.Flatten(map))]));
}

describe("loweredFor", () => {
  it.each(["cpu", "wasm", "cuda"] as const)("leaves a model as it is that %s runs", (device) => {
    const model = { ...scores(), metadata: { author: "us" } };
    const { graph, ...rest } = loweredFor(model, device);
    expect(graph).toBe(model.graph);
    expect(rest).toEqual({ opsets: model.opsets, metadata: { author: "us" } });
  });

  it("puts it, for WebGPU, in operators that are there and kernels that are right: the same numbers", async () => {
    const { graph } = loweredFor(scores(), "webgpu");
    const operators = operatorsOf(graph);
    expect(operators).toEqual(expect.arrayContaining(["Log float32", "Pad float32"]));
    expect(operators).not.toContain("LogSoftmax float32");
    const feeds = { x: wave([2, 6, 4, 4]) };
    const [expected] = await run(scores().graph, feeds);
    const [found] = await run(graph, feeds);
    expect(found!.shape).toEqual([2, 16]);
    expect(largestDifference(numbersOf(found!), numbersOf(expected!))).toBeLessThan(1e-5);
  });
});
