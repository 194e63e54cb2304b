// Checks rules against PyTorch's gradients, see ../../fixtures/make_pools.py: each operator in a file of its opset that is
// imported, its batch a symbol.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { createOps } from "../../../src/onnx/builder.js";
import { constant, emit } from "../../../src/onnx/emit.js";
import { type Attribute, type Graph, graphOf, type Value } from "../../../src/onnx/graph.js";
import { normalise } from "../../../src/onnx/normalise.js";
import { measureTypes, withTypes } from "../../../src/onnx/passes/measure-types.js";
import { tensorOf } from "../../../src/onnx/tensor-data.js";
import { float32, sizeOf } from "../../../src/tensor.js";
import { differentiate } from "../../../src/training-graph/differentiate.js";
import { evaluate } from "../../helpers/evaluate.js";
import { compute, input, numbersOf } from "../../helpers/run-graph.js";

interface Case {
  readonly name: string;
  readonly opType: string;
  readonly opset: number;
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** The first is the batch, the others are constants. */
  readonly inputs: readonly (Numbers & { readonly name: string })[];
  readonly dY: Numbers;
  /** By the inputs' names. */
  readonly gradients: Readonly<Record<string, readonly number[]>>;
}

interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

const file = new URL("../../fixtures/pools.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(file, "utf8")) as { readonly cases: readonly Case[] };

/** A few roundings of float32, at 6e-8 each, in units of the largest number. */
const TOLERANCE = 1e-6;

/** One test per case of the operator. */
export const testAgainstTorch = (opType: string): void =>
  it.each(cases.filter((one) => one.opType === opType).map((one) => [one.name, one] as const))(
    `${opType}: %s`,
    async (_, one) => {
      const found = await gradientsOf(one);
      for (const [name, expected] of Object.entries(one.gradients)) {
        const scale = Math.max(1, ...expected.map(Math.abs));
        expect(found[name], name).toHaveLength(expected.length);
        for (const [k, value] of found[name]!.entries())
          expect(Math.abs(value - expected[k]!) / scale, `d${name}[${k}]: ${value}, not ${expected[k]}`).toBeLessThan(
            TOLERANCE,
          );
      }
    },
  );

async function gradientsOf(one: Case): Promise<Readonly<Record<string, readonly number[]>>> {
  const graph = await imported(one);
  const names = Object.keys(one.gradients);
  const [batch] = one.inputs;
  const parameters = one.inputs
    .filter(({ name }) => names.includes(name))
    .map(({ name, data }) => (name === batch!.name ? graph.inputs[0]! : constantOf(graph, data)));
  const op = createOps();
  const dY = op.constant("dY", float32(one.dY.shape, one.dY.data));
  const loss = op.ReduceSum(op.Mul(graph.outputs[0]!, dY), undefined, { keepdims: 0 });
  const results = await compute(differentiate(op, loss, parameters), graph.inputs, {
    [batch!.name]: float32(batch!.shape, batch!.data),
  });
  return Object.fromEntries(results.map((result, i) => [names[i]!, numbersOf(result)]));
}

/** The graph as it is after import, its types known. */
async function imported({ opType, opset, attributes, inputs: [batch, ...others] }: Case): Promise<Graph> {
  const [, ...sizes] = batch!.shape;
  const X = input(batch!.name, ["batch", ...sizes]);
  const operands = [X, ...others.map(({ name, shape, data }) => constant(name, float32(shape, data)))];
  const graph = graphOf("file", [X], [emit(opType, "y", operands, { attributes })]);
  const model = await normalise({ graph, opsets: { "": opset }, metadata: {} }, "the test's graph", evaluate);
  const ones = (count: number) => float32([count, ...sizes], new Float32Array(count * sizeOf(sizes)).fill(1));
  return withTypes(model.graph, await measureTypes(model, ones, evaluate));
}

/** An input of some node by its numbers: import may have given it another shape and name. */
function constantOf(graph: Graph, data: readonly number[]): Value {
  const constants = graph.nodes.flatMap(({ inputs }) => inputs).filter((value) => value?.constant);
  const isIt = (value: Value | undefined) => `${numbersOf(tensorOf(value!.constant!))}` === `${data}`;
  return constants.find(isIt)!;
}
