// Small graphs in a chosen opset, run by the real runtime before and after their conversion.
import { expect } from "vitest";
import { type Attribute, createNode, type Dim, type Graph, graphOf, type Value } from "../../src/onnx/graph.js";
import { convertOpset } from "../../src/onnx/opset/convert.js";
import { targetOpset } from "../../src/onnx/schema.js";
import { writeModel } from "../../src/onnx/write.js";
import { createNodeRuntime } from "../../src/runtime/node.js";
import { float32, sizeOf, type Tensor } from "../../src/tensor.js";
import { largestDifference } from "./difference.js";
import { type Feeds, numbersOf } from "./run-graph.js";

export type Attributes = Readonly<Record<string, Attribute>>;

export { constant } from "../../src/onnx/emit.js";
export { float, int, ints, string } from "../../src/onnx/opset/rule.js";

export const floats = (...value: number[]): Attribute => ({ type: "FLOATS", value });

/** Numbers between -2 and 2, the same in every run. */
export const waves = (...shape: number[]): Tensor<"float32"> =>
  float32(
    shape,
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => 2 * Math.sin(i * 1.7 + shape.length)),
  );

/** The graph input that takes `tensor`; its shape may be hidden from the conversion. */
export const inputFor = (
  name: string,
  { dtype, shape }: Tensor,
  stated: readonly Dim[] | "unstated" = shape,
): Value => ({
  name,
  dtype,
  ...(stated !== "unstated" && { shape: stated }),
});

/** The outputs, y0 and so on, of one node. */
export const apply = (
  opType: string,
  inputs: readonly (Value | undefined)[],
  attributes: Attributes = {},
  outputs = 1,
): Value[] =>
  createNode(
    { opType, domain: "", name: opType.toLowerCase(), inputs, attributes },
    Array.from({ length: outputs }, (_, i) => ({ name: `y${i}` })),
  ).outputs.map((value) => value!);

/** A graph of one node; the operands that are tensors become its inputs x0, x1 and so on. */
export function oneNode(
  opType: string,
  operands: readonly (Tensor | Value | undefined)[],
  attributes: Attributes = {},
  outputs = 1,
): { readonly graph: Graph; readonly feeds: Feeds } {
  const isTensor = (operand: Tensor | Value | undefined): operand is Tensor =>
    operand !== undefined && "data" in operand;
  const values = operands.map((operand, i) => (isTensor(operand) ? inputFor(`x${i}`, operand) : operand));
  const inputs = values.filter((_, i) => isTensor(operands[i])) as Value[];
  const feeds = Object.fromEntries(operands.flatMap((operand, i) => (isTensor(operand) ? [[`x${i}`, operand]] : [])));
  return { graph: graphOf(opType, inputs, apply(opType, values, attributes, outputs)), feeds };
}

const runtime = createNodeRuntime();

/** A run of the graph in this opset; its results in the order of the graph's outputs. */
export async function runIn(opset: number, graph: Graph, feeds: Feeds): Promise<Tensor[]> {
  const file = writeModel({ graph, opsets: { "": opset }, metadata: {} });
  const session = await runtime.createSession(file, graph.name, { device: "cpu", threads: 1 });
  try {
    const results = await session.run(feeds);
    return session.outputNames.map((name) => results[name]!);
  } finally {
    await session.release();
  }
}

export const opTypes = (graph: Graph): string[] => graph.nodes.map(({ opType }) => opType);

/** Expects the converted graph to compute the same within `tolerance`, types and shapes included; gives that graph. */
export async function expectSame(
  opset: number,
  { graph, feeds }: { readonly graph: Graph; readonly feeds: Feeds },
  tolerance = 0,
): Promise<Graph> {
  const converted = convertOpset(graph, opset, "test.onnx");
  const [before, after] = [await runIn(opset, graph, feeds), await runIn(targetOpset, converted, feeds)];
  expectTensors(after, before, tolerance);
  expect(converted.outputs.map(({ name }) => name)).toEqual(graph.outputs.map(({ name }) => name));
  return converted;
}

export function expectTensors(found: readonly Tensor[], wanted: readonly Tensor[], tolerance: number): void {
  expect(found.map(({ dtype, shape }) => ({ dtype, shape }))).toEqual(
    wanted.map(({ dtype, shape }) => ({ dtype, shape })),
  );
  for (const [i, tensor] of found.entries()) {
    const difference = largestDifference(numbersOf(tensor), numbersOf(wanted[i]!));
    expect(difference, `output ${i}`).toBeLessThanOrEqual(tolerance);
  }
}
