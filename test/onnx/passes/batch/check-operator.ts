// Judges where a batch is said to go by running the operator: on two photos together, and on each alone.
import { expect } from "vitest";
import { type Attribute, createNode, type Node, type Value } from "../../../../src/onnx/graph.js";
import { editForAnyBatch } from "../../../../src/onnx/passes/batch/edits.js";
import type { BatchPlace } from "../../../../src/onnx/passes/batch/place.js";
import type { Outcome, Situation } from "../../../../src/onnx/passes/batch/rule.js";
import { outcomes } from "../../../../src/onnx/passes/batch/rules.js";
import { float32, int64, sizeOf, type Tensor } from "../../../../src/tensor.js";
import { largestDifference } from "../../../helpers/difference.js";
import { compute, numbersOf } from "../../../helpers/run-graph.js";

/** An input that holds the batch: its shape for one photo, and where the batch is. */
export interface Photos extends BatchPlace {
  readonly shape: readonly number[];
}

export interface OperatorCase {
  readonly opType: string;
  readonly inputs: readonly (Photos | Tensor | undefined)[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

export const photos = (shape: readonly number[], axis = 0, inner = 1): Photos => ({ shape, axis, inner });
export const ints = (...values: (number | bigint)[]): Tensor => int64([values.length], values);
export const int = (value: number): Attribute => ({ type: "INT", value });
export const list = (...value: number[]): Attribute => ({ type: "INTS", value });

const COUNT = 2;
const isPhotos = (input: Photos | Tensor | undefined): input is Photos => input !== undefined && "axis" in input;

/** The situation of the operator on a batch of `count`; the inputs are constants or graph inputs called x0, x1, … */
async function situationOf({ opType, inputs, attributes = {} }: OperatorCase, count: number): Promise<Situation> {
  const values = inputs.map((input, i): Value | undefined => {
    if (!isPhotos(input))
      return input && { name: `c${i}`, dtype: input.dtype, shape: input.shape, constant: { tensor: input } };
    return { name: `x${i}`, dtype: "float32", shape: shapeFor(input, count) };
  });
  const node = createNode({ opType, domain: "", name: opType, inputs: values, attributes }, [{ name: "y" }]);
  const shapes = values.map((value) => (value?.shape ?? []) as readonly number[]);
  const places = inputs.map((input) => (isPhotos(input) ? { axis: input.axis, inner: input.inner } : undefined));
  const result = (await runOn(node, feedsOf(inputs, [0, 1].slice(0, count)))).shape;
  return { node, places, shapes, result, batch: count };
}

const shapeFor = ({ shape, axis }: Photos, count: number): number[] => shape.with(axis, shape[axis]! * count);

export const waysOf = async (operator: OperatorCase, count = COUNT): Promise<readonly Outcome[]> =>
  outcomes(await situationOf(operator, count));

/** Expects the operator, freed of the size of its batch, to do to each photo in `place` what it does to the photo alone. */
export async function checkPlace(operator: OperatorCase, place: BatchPlace): Promise<void> {
  const situation = await situationOf(operator, COUNT);
  expect(outcomes(situation)).toEqual([place]);
  const freedFor = (count: number): Node => {
    const rows: Value = { name: "rows", dtype: "int64", shape: [1], constant: { tensor: ints(count) } };
    const { outputs: _, ...fields } = situation.node;
    return createNode({ ...fields, ...editForAnyBatch({ ...situation, place, rows, isSized: true }) }, [{ name: "y" }]);
  };
  const together = await runOn(situation.node, feedsOf(operator.inputs, [0, 1]));
  expect(await runOn(freedFor(COUNT), feedsOf(operator.inputs, [0, 1]))).toEqual(together);
  for (const photo of [0, 1]) {
    const alone = await runOn(freedFor(1), feedsOf(operator.inputs, [photo]));
    expect(largestDifference(numbersOf(alone), photoIn(together, place, photo))).toBeLessThan(1e-6);
  }
}

async function runOn({ outputs, ...fields }: Node, feeds: Readonly<Record<string, Tensor>>): Promise<Tensor> {
  // The same node for another number of photos: its inputs say nothing of their size.
  const open = new Map<Value, Value>();
  const inputs = fields.inputs.map((value) => {
    if (!value || !feeds[value.name]) return value;
    open.set(value, { name: value.name, dtype: "float32", shape: value.shape!.map(() => undefined) });
    return open.get(value);
  });
  const [y] = createNode({ ...fields, inputs }, [{ name: outputs[0]!.name }]).outputs;
  const [result] = await compute([y!], [...open.values()], feeds);
  return result!;
}

function feedsOf(inputs: OperatorCase["inputs"], chosen: readonly number[]): Record<string, Tensor> {
  return Object.fromEntries(
    inputs.flatMap((input, i) => (isPhotos(input) ? [[`x${i}`, batchOf(input, chosen, i)]] : [])),
  );
}

const photo = (shape: readonly number[], seed: number): number[] =>
  Array.from({ length: sizeOf(shape) }, (_, i) => Math.fround(Math.sin(1 + i + 100 * seed)));

/** The chosen photos of an input, one after the other in the batch's place. */
function batchOf(input: Photos, chosen: readonly number[], seed: number): Tensor {
  const all = chosen.map((which) => photo(input.shape, which + 10 * seed));
  const block = input.inner * sizeOf(input.shape.slice(input.axis + 1));
  const blocks = Array.from({ length: all[0]!.length / block }, (_, i) =>
    all.map((one) => one.slice(i * block, (i + 1) * block)),
  );
  return float32(shapeFor(input, chosen.length), blocks.flat(2));
}

function photoIn(tensor: Tensor, { axis, inner }: BatchPlace, which: number): number[] {
  const block = inner * sizeOf(tensor.shape.slice(axis + 1));
  return numbersOf(tensor).filter((_, i) => Math.floor(i / block) % COUNT === which);
}
