import { describe, expect, it } from "vitest";
import { createOps } from "../../../src/onnx/builder.js";
import { graphOf } from "../../../src/onnx/graph.js";
import { lowered } from "../../../src/onnx/passes/lower.js";
import type { Kernels } from "../../../src/onnx/passes/lowering.js";
import { float32, sizeOf } from "../../../src/tensor.js";
import { operatorsOf } from "../../helpers/operators-of.js";
import { input, numbersOf, run } from "../../helpers/run-graph.js";

const op = createOps();
const wrong: Kernels = { lacks: () => false, isWrong: () => true, mostParts: Number.POSITIVE_INFINITY };

const noise = (shape: readonly number[]) =>
  float32(
    shape,
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(i * 1.7)),
  );

describe("convolutions with wrong kernels", () => {
  it.each([
    ["Conv", 6, 4, 1, { strides: [2, 2], pads: [1, 0, 1, 0] }],
    ["Conv", 9, 4, 1, {}],
    ["ConvTranspose", 4, 1, 2, { strides: [2, 2], output_padding: [1, 1] }],
    ["ConvTranspose", 6, 1, 3, { pads: [1, 1, 1, 1] }],
  ] as const)("are given channels of zeros: %s of %i", async (opType, channels, outputs, group, attributes) => {
    const x = input("x", ["N", channels, 5, 4]);
    const w = input("w", opType === "Conv" ? [outputs, channels, 3, 3] : [channels, outputs, 3, 3]);
    const b = input("b", [opType === "Conv" ? outputs : outputs * group]);
    const uses: unknown[] = [];
    const graph = graphOf("g", [x, w, b], [op[opType](x, w, b, { ...attributes, group })]);
    const without = lowered(graph, { ...wrong, isWrong: (use) => uses.push(use) > 0 });
    expect(uses).toEqual([{ opType, group, inputs: channels / group, outputs }]);
    expect(operatorsOf(without)).toContain("Pad float32");
    const feeds = { x: noise([2, channels, 5, 4]), w: noise(w.shape as number[]), b: noise(b.shape as number[]) };
    const [found] = await run(without, feeds);
    const [wanted] = await run(graph, feeds);
    expect(found!.shape).toEqual(wanted!.shape);
    for (const [i, value] of numbersOf(found!).entries()) expect(value).toBeCloseTo(numbersOf(wanted!)[i]!, 4);
  });

  it("in groups are left to the kernel they have", () => {
    const x = input("x", ["N", 12, 5, 5]);
    const graph = graphOf("g", [x], [op.Conv(x, input("w", [4, 6, 3, 3]), undefined, { group: 2 })]);
    expect(lowered(graph, wrong)).toBe(graph);
  });
});
