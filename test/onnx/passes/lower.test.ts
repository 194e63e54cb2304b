import { describe, expect, it } from "vitest";
import { createOps } from "../../../src/onnx/builder.js";
import { graphOf } from "../../../src/onnx/graph.js";
import { lowered } from "../../../src/onnx/passes/lower.js";
import { float32, int32 } from "../../../src/tensor.js";
import { operatorsOf } from "../../helpers/operators-of.js";
import { input, numbersOf, run } from "../../helpers/run-graph.js";

const op = createOps();
const always = () => true;

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
    expect(lowered(known, () => false)).toBe(known);
    expect(lowered(known, (opType, dtype) => !(opType === "LogSoftmax" && dtype === "float32"))).toBe(known);
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
});
