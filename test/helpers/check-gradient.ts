// Checks a gradient rule against central differences, through the real runtime.
//
// Y = op(inputs), L = Σ w·Y with fixed random w, so that dY is different everywhere. The rule's graph runs in float32 as
// in training. The differences are taken of the same operator in float64, where a step of 1e-4 leaves an error of about
// 1e-8 (truncation h²·L‴/6, rounding 1e-16/h), far below the rounding of the float32 gradient that is judged.
// Convolutions and averages have no float64 kernel, but are linear in each input: any step is exact, and with 1 float32
// is enough.
import { expect } from "vitest";
import { createOps, type Ops } from "../../src/onnx/builder.js";
import { type Graph, graphOf } from "../../src/onnx/graph.js";
import { ownTypes } from "../../src/onnx/operators.js";
import { type Attributes, inputNames, isVariadic, type OpType } from "../../src/onnx/schema.js";
import type { TypedValue } from "../../src/onnx/shapes/dims.js";
import { stream } from "../../src/random.js";
import { float32, sizeOf, type Tensor } from "../../src/tensor.js";
import { differentiate } from "../../src/training-graph/differentiate.js";
import { doubleFormulas } from "./double-formulas.js";
import { drawnNumbers, offZero } from "./drawn-numbers.js";
import { compute, input, numbersOf, sessionOf } from "./run-graph.js";

type Given = readonly number[] | Tensor;

/**
 * By the inputs' ONNX names: a shape is drawn at random and differentiated, a tensor is a constant. A variadic input is a
 * list of them.
 */
export type GradientInputs = Readonly<Record<string, Given | readonly Given[]>>;

const linear: ReadonlySet<OpType> = new Set(["AveragePool", "Conv", "ConvTranspose", "GlobalAveragePool", "Resize"]);
/** float32 rounds at 6e-8 of each term; gradients sum up to some dozens of terms of about 1. */
const TOLERANCE = 5e-6;

export async function checkGradient<O extends OpType>(
  opType: O,
  inputs: GradientInputs,
  attributes: { readonly [A in keyof Attributes<O>]?: Attributes<O>[A] } = {},
): Promise<void> {
  const seed = Math.floor(Math.random() * 2 ** 32);
  const from = stream(seed, opType);
  const call = { opType, operands: operandsOf(opType, inputs), attributes };
  const drawn = call.operands.filter(isDrawn);
  const lengths = drawn.map(({ given }) => sizeOf(given));
  const numbers = drawnNumbers(opType, lengths, from);

  const { parameters, weights, gradients } = differentiated(call, (length) => offZero(length, from));
  const feeds = Object.fromEntries(drawn.map(({ name, given }, i) => [name, float32(given, numbers[i]!)]));
  const different = [...new Set(gradients)];
  const results = await compute(different, parameters, feeds);

  const [dtype, step] = linear.has(opType) ? (["float32", 1] as const) : (["float64", 1e-4] as const);
  const expected = await differences(await lossIn(dtype, call, weights), numbers, step);
  for (const [i, { name, given }] of drawn.entries()) {
    const found = results[different.indexOf(gradients[i]!)]!;
    expect(found.shape, `shape of d${name}`).toEqual(given);
    const scale = Math.max(1, ...expected[i]!.map(Math.abs));
    for (const [k, value] of numbersOf(found).entries()) {
      const message = `d${name}[${k}] of ${opType} ${JSON.stringify(attributes)}, seed ${seed}`;
      expect(Math.abs(value - expected[i]![k]!) / scale, message).toBeLessThan(TOLERANCE);
    }
  }
}

/** What computes the outputs and the gradients of such a case, unrun; of the loss with fixed weights. */
export function gradientsOf(opType: OpType, inputs: GradientInputs, attributes: object = {}): Graph {
  const call = { opType, operands: operandsOf(opType, inputs), attributes };
  const from = stream(1, opType);
  const { parameters, ys, gradients } = differentiated(call, (length) => offZero(length, from));
  return graphOf(opType, parameters, [...new Set([...ys, ...gradients])]);
}

/** Numbers for the inputs of `gradientsOf`, the same at every call. */
export function numbersFor(opType: OpType, graph: Graph): Readonly<Record<string, Tensor<"float32">>> {
  const shapes = graph.inputs.map(({ shape }) => shape as number[]);
  const numbers = drawnNumbers(opType, shapes.map(sizeOf), stream(2, opType));
  return Object.fromEntries(graph.inputs.map(({ name }, i) => [name, float32(shapes[i]!, numbers[i]!)]));
}

/** The gradients of L by what is drawn, with the w of each output as `drawWeights` gives them. */
function differentiated(call: Call, drawWeights: (length: number) => Float32Array) {
  const op = createOps();
  const parameters = call.operands.filter(isDrawn).map(({ name, given }) => input(name, given));
  const ys = apply(op, call, parameters);
  const weights = ys.map(({ shape }) => drawWeights(sizeOf(shape as number[])));
  const parts = ys.map((y, i) => {
    const w = op.constant("w", float32(y.shape as number[], weights[i]!));
    return op.ReduceSum(op.Mul(y, w), undefined, { keepdims: 0 });
  });
  const loss = parts.reduce((sum, part) => op.Add(sum, part));
  return { parameters, weights, ys, gradients: differentiate(op, loss, parameters) };
}

/** What is given for one input of a node; of a variadic input, for one of its values. */
interface Operand<G extends Given = Given> {
  /** Distinct, also of a variadic input's values. */
  readonly name: string;
  /** The input's in the schema. */
  readonly inputName: string;
  readonly given: G;
}

const isDrawn = (operand: Operand): operand is Operand<readonly number[]> => !("dtype" in operand.given);

function operandsOf(opType: OpType, inputs: GradientInputs): Operand[] {
  return inputNames(opType).flatMap((inputName): Operand[] => {
    const given = inputs[inputName];
    if (!given) return [];
    return isVariadic(opType)
      ? (given as readonly Given[]).map((one, i) => ({ name: `${inputName}_${i}`, inputName, given: one }))
      : [{ name: inputName, inputName, given: given as Given }];
  });
}

/** A node, whatever its drawn inputs are. */
interface Call {
  readonly opType: OpType;
  readonly operands: readonly Operand[];
  readonly attributes: object;
}

/** Applies the operator to `parameters`, which stand for what is drawn, in their type. Returns its outputs. */
function apply(op: Ops, { opType, operands, attributes }: Call, parameters: readonly TypedValue[]): TypedValue[] {
  const { dtype } = parameters[0]!;
  const drawn = operands.filter(isDrawn);
  const valueFor = ({ name, inputName, given }: Operand): TypedValue =>
    "dtype" in given
      ? op.constant(name, inputName in ownTypes ? given : as(dtype, given))
      : parameters[drawn.findIndex((operand) => operand.name === name)]!;
  const args = inputNames(opType).map((name) => {
    const values = operands.filter(({ inputName }) => inputName === name).map(valueFor);
    return isVariadic(opType) ? values : values[0];
  });
  const formula = dtype === "float64" ? doubleFormulas[opType] : undefined;
  const emit = (formula ? formula.bind(undefined, op) : op[opType]) as (
    ...args: unknown[]
  ) => TypedValue | TypedValue[];
  return [emit(...args, attributes)].flat();
}

/** Constants beside float64 are float64; integers stay what they are. */
const as = (dtype: Tensor["dtype"], tensor: Tensor): Tensor =>
  tensor.dtype === "float32" && dtype === "float64"
    ? { dtype, shape: tensor.shape, data: Float64Array.from(numbersOf(tensor)) }
    : tensor;

type LossAt = (values: readonly Float64Array[]) => Promise<number>;

async function lossIn(dtype: "float32" | "float64", call: Call, weights: readonly Float32Array[]): Promise<LossAt> {
  const drawn = call.operands.filter(isDrawn);
  const parameters = drawn.map(({ name, given }) => input(name, given, dtype));
  const session = await sessionOf(graphOf("forward", parameters, apply(createOps(), call, parameters)));
  return async (values) => {
    const feeds = drawn.map(({ name, given }, i): [string, Tensor] => [
      name,
      { dtype, shape: given, data: dtype === "float64" ? values[i]! : Float32Array.from(values[i]!) },
    ]);
    const results = await session.run(Object.fromEntries(feeds));
    const ys = session.outputNames.map((name) => numbersOf(results[name]!));
    return ys.reduce((loss, y, i) => y.reduce((sum, value, k) => sum + value * weights[i]![k]!, loss), 0);
  };
}

/** dL by each element of each of `numbers`. */
async function differences(lossAt: LossAt, numbers: readonly Float32Array[], step: number): Promise<number[][]> {
  const values = numbers.map((list) => Float64Array.from(list));
  const at = (i: number, k: number, by: number) => lossAt(values.with(i, values[i]!.with(k, values[i]![k]! + by)));
  const result: number[][] = values.map(() => []);
  for (const [i, list] of values.entries()) {
    for (const k of list.keys()) {
      result[i]!.push(((await at(i, k, step)) - (await at(i, k, -step))) / (2 * step));
    }
  }
  return result;
}
