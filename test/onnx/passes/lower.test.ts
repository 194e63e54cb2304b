import { describe, expect, it } from "vitest";
import { createOps } from "../../../src/onnx/builder.js";
import { type Graph, graphOf } from "../../../src/onnx/graph.js";
import { lowered } from "../../../src/onnx/passes/lower.js";
import type { Kernels } from "../../../src/onnx/passes/lowering.js";
import { float32, int32, sizeOf } from "../../../src/tensor.js";
import { largestDifference } from "../../helpers/difference.js";
import { operatorsOf } from "../../helpers/operators-of.js";
import { type Feeds, input, numbersOf, run } from "../../helpers/run-graph.js";

const op = createOps();
const never: Kernels = { lacks: () => false, isWrong: () => false, mostParts: Number.POSITIVE_INFINITY };
const always: Kernels = { ...never, lacks: () => true };

const noise = (shape: readonly number[], seed = 0) =>
  float32(
    shape,
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin((i + seed) * 1.7)),
  );

/** Both give the same, in the same order. */
async function same(found: Graph, expected: Graph, feeds: Feeds): Promise<void> {
  const [results, wanted] = [await run(found, feeds), await run(expected, feeds)];
  for (const [i, { shape, ...tensor }] of wanted.entries()) {
    expect(results[i]!.shape).toEqual(shape);
    expect(largestDifference(numbersOf(results[i]!), numbersOf({ shape, ...tensor }))).toBeLessThan(1e-6);
  }
}

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
    ["Mean", 3],
    ["Sum", 3],
    ["Sum", 1],
  ] as const)("adds the operands of %s up, %i of them", async (opType, count) => {
    const values = Array.from({ length: count }, (_, i) => input(`x${i}`, i === 1 ? [1, 4] : [3, 4]));
    const graph = graphOf("g", values, [op[opType](values)]);
    const without = lowered(graph, always);
    expect(operatorsOf(without).filter((use) => use.startsWith(opType))).toEqual([]);
    const feeds = Object.fromEntries(values.map(({ name, shape }, i) => [name, noise(shape as number[], i)]));
    await same(without, graph, feeds);
    expect(lowered(graph, never)).toBe(graph);
  });

  it("compares for Sign", async () => {
    const x = input("x", [4]);
    const graph = graphOf("g", [x], [op.Sign(x)]);
    const without = lowered(graph, always);
    expect(operatorsOf(without)).toEqual(["Cast bool", "Greater float32", "Less float32", "Sub float32"]);
    expect(numbersOf((await run(without, { x: float32([4], [-2, 0, 1e-30, 5]) }))[0]!)).toEqual([-1, 0, 1, 1]);
  });

  it.each([2, 3])("moves blocks of %i pixels for SpaceToDepth", async (blocksize) => {
    const x = input("x", ["N", 2, 2 * blocksize, 3 * blocksize]);
    const graph = graphOf("g", [x], [op.SpaceToDepth(x, { blocksize })]);
    const without = lowered(graph, always);
    expect(operatorsOf(without)).toEqual(["Reshape float32", "Transpose float32"]);
    await same(without, graph, { x: noise([2, 2, 2 * blocksize, 3 * blocksize]) });
  });

  it.each([
    [8, 7, [4, 2, 2, 2, 2]],
    [20, 7, [7, 3, 3, 3, 3, 3, 3, 2]],
    [23, 3, [3, 3, 3, 3, 3, 3, 2, 3, 3, 2, 3, 3]],
  ])("splits into %i parts by splits into at most %i", async (count, mostParts, expected) => {
    const lengths = Array.from({ length: count }, (_, i) => 1 + (i % 3));
    const total = lengths.reduce((sum, length) => sum + length);
    const x = input("x", ["N", total, 2]);
    // Some part nobody reads.
    const parts = op.Split(x, op.ints(...lengths), { axis: -2 }).toSpliced(4, 1);
    const graph = graphOf("g", [x], parts);
    const without = lowered(graph, { ...never, mostParts });
    const splits = without.nodes.map(({ outputs }) => outputs.length);
    expect(Math.max(...splits)).toBeLessThanOrEqual(mostParts);
    expect(splits.toSorted()).toEqual(expected.toSorted());
    expect(without.outputs.map(({ name }) => name)).toEqual(graph.outputs.map(({ name }) => name));
    await same(without, graph, { x: noise([2, total, 2]) });
    expect(lowered(graph, { ...never, mostParts: count })).toBe(graph);
  });

  it("splits into equal parts, the last one smaller", async () => {
    const x = input("x", ["N", 22]);
    const graph = graphOf("g", [x], op.Split(x, undefined, { axis: 1, num_outputs: 8 }));
    await same(lowered(graph, { ...never, mostParts: 7 }), graph, { x: noise([3, 22]) });
  });
});
