import { describe, expect, it } from "vitest";
import { createOps } from "../../../src/onnx/builder.js";
import { graphOf } from "../../../src/onnx/graph.js";
import { type Kernels, lowered } from "../../../src/onnx/passes/lower.js";
import { float32, int32, sizeOf } from "../../../src/tensor.js";
import { operatorsOf } from "../../helpers/operators-of.js";
import { input, numbersOf, run } from "../../helpers/run-graph.js";

const op = createOps();
const always: Kernels = { lacks: () => true, isWrong: () => false };
const wrong: Kernels = { lacks: () => false, isWrong: () => true };
const never: Kernels = { lacks: () => false, isWrong: () => false };

const noise = (shape: readonly number[]) =>
  float32(
    shape,
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(i * 1.7)),
  );

describe("lowered", () => {
  it.each([-1, 0, 1])("puts LogSoftmax over axis %i into what it means, large values included", async (axis) => {
    const x = input("x", [2, 3]);
    const graph = graphOf("g", [x], [op.LogSoftmax(x, { axis })]);
    const feeds = { x: float32([2, 3], [1, 2, 3, -500, 90, 1000]) };
    const [wanted] = await run(graph, feeds);
    const without = lowered(graph, always);
    expect(operatorsOf(without).some((use) => use.startsWith("LogSoftmax"))).toBe(false);
    expect(without.outputs[0]!.name).toBe(graph.outputs[0]!.name);
    const [found] = await run(without, feeds);
    for (const [i, value] of numbersOf(found!).entries()) expect(value).toBeCloseTo(numbersOf(wanted!)[i]!, 5);
  });

  it("puts OneHot into a comparison, bit for bit", async () => {
    const labels = input("labels", ["N"], "int32");
    const depth = op.constant("classes", int32([], [4]));
    const graph = graphOf("g", [labels], [op.OneHot(labels, depth, op.constant("v", float32([2], [0.025, 0.925])))]);
    const feeds = { labels: int32([3], [2, 0, 3]) };
    const without = lowered(graph, always);
    expect(operatorsOf(without).some((use) => use.startsWith("OneHot"))).toBe(false);
    expect(numbersOf((await run(without, feeds))[0]!)).toEqual(numbersOf((await run(graph, feeds))[0]!));
  });

  it("leaves a OneHot along another axis, and what the device has", () => {
    const labels = input("labels", ["N"], "int32");
    const depth = op.constant("classes", int32([], [4]));
    const values = op.constant("v", float32([2], [0, 1]));
    const other = graphOf("g", [labels], [op.OneHot(labels, depth, values, { axis: 0 })]);
    expect(lowered(other, always)).toBe(other);
    const x = input("x", [2, 3]);
    const known = graphOf("g", [x], [op.LogSoftmax(x)]);
    expect(lowered(known, never)).toBe(known);
    expect(
      lowered(known, { ...always, lacks: (opType, dtype) => !(opType === "LogSoftmax" && dtype === "float32") }),
    ).toBe(known);
  });

  it("looks into subgraphs", () => {
    const [iteration, condition, state] = [input("i", [], "int64"), input("c", [], "bool"), input("s", [2, 3])];
    const body = graphOf("body", [iteration, condition, state], [op.Identity(condition), op.LogSoftmax(state)]);
    const start = input("start", [2, 3]);
    const [last] = op.Loop(op.constant("n", int32([], [3])), [start], body);
    const uses = operatorsOf(lowered(graphOf("g", [start], [last!]), always));
    expect(uses).toContain("Exp float32");
    expect(uses.filter((use) => use.startsWith("LogSoftmax"))).toEqual([]);
  });

  it.each([
    ["Conv", 6, 4, 1, { strides: [2, 2], pads: [1, 0, 1, 0] }],
    ["Conv", 9, 4, 1, {}],
    ["ConvTranspose", 4, 1, 2, { strides: [2, 2], output_padding: [1, 1] }],
    ["ConvTranspose", 6, 1, 3, { pads: [1, 1, 1, 1] }],
  ] as const)("gives %s of %i channels channels of zeros", async (opType, channels, outputs, group, attributes) => {
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

  it("leaves convolutions in groups to the kernel they have", () => {
    const x = input("x", ["N", 12, 5, 5]);
    const graph = graphOf("g", [x], [op.Conv(x, input("w", [4, 6, 3, 3]), undefined, { group: 2 })]);
    expect(lowered(graph, wrong)).toBe(graph);
  });
});
