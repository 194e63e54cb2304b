// Checks a gradient rule against central differences, through the real runtime.
//
// Y = op(inputs), L = Σ w·Y with fixed random w, so that dY is different everywhere. The rule's graph runs in float32 as
// in training. The differences are taken of the same operator in float64, where a step of 1e-4 leaves an error of about
// 1e-8 (truncation h²·L‴/6, rounding 1e-16/h), far below the rounding of the float32 gradient that is judged.
import { expect } from "vitest";
import { createOps, type Ops } from "../../src/onnx/builder.js";
import { graphOf, type Value } from "../../src/onnx/graph.js";
import { type Attributes, inputNames, type OpType } from "../../src/onnx/schema.js";
import type { TypedValue } from "../../src/onnx/shapes.js";
import { type Stream, stream } from "../../src/random.js";
import { float32, sizeOf, type Tensor } from "../../src/tensor.js";
import { differentiate } from "../../src/training-graph/differentiate.js";
import { compute, input, sessionOf } from "./run-graph.js";

/** By the inputs' ONNX names: a shape is drawn at random and differentiated, a tensor is a constant. */
export type GradientInputs = Readonly<Record<string, readonly number[] | Tensor>>;

const STEP = 1e-4;
/** Defined for positive numbers alone. */
const positive: ReadonlySet<OpType> = new Set(["Sqrt"]);
/** float32 rounds at 6e-8 of each term; gradients sum up to some dozens of terms of about 1. */
const TOLERANCE = 5e-6;

export async function checkGradient<O extends OpType>(
  opType: O,
  inputs: GradientInputs,
  attributes: Partial<Attributes<O>> = {},
): Promise<void> {
  const seed = Math.floor(Math.random() * 2 ** 32);
  const from = stream(seed, opType);
  const drawn = Object.entries(inputs).filter(([, given]) => !("dtype" in given)) as [string, readonly number[]][];
  const numbers = (count: number) => (positive.has(opType) ? offZero(count, from).map(Math.abs) : offZero(count, from));
  const values = drawn.map(([, shape]) => float32(shape, numbers(sizeOf(shape))));
  const apply = (op: Ops, operands: readonly Value[]): TypedValue => {
    const byName = new Map(drawn.map(([name], i) => [name, operands[i]!]));
    const args = inputNames(opType).map((name) => {
      const given = inputs[name];
      return given && "dtype" in given ? op.constant(name, given) : byName.get(name);
    });
    return (op[opType] as (...args: unknown[]) => TypedValue)(...args, attributes);
  };

  const op = createOps();
  const parameters = drawn.map(([name, shape]) => input(name, shape));
  const y = apply(op, parameters);
  const weights = offZero(sizeOf(y.shape as number[]), from);
  const w = op.constant("w", float32(y.shape as number[], weights));
  const loss = op.ReduceSum(op.Mul(y, w), undefined, { keepdims: 0 });
  const gradients = differentiate(op, loss, parameters);
  const feeds = Object.fromEntries(drawn.map(([name], i) => [name, values[i]!]));
  const different = [...new Set(gradients)];
  const results = await compute(different, parameters, feeds);

  const lossAt = await lossInDoubles(apply, drawn, weights);
  for (const [i, [name, shape]] of drawn.entries()) {
    const found = results[different.indexOf(gradients[i]!)]!;
    expect(found.shape, `shape of d${name}`).toEqual(shape);
    const expected = await differences(
      lossAt,
      values.map(({ data }) => Float64Array.from(data)),
      i,
    );
    const scale = Math.max(1, ...expected.map(Math.abs));
    for (const [k, value] of expected.entries()) {
      const message = `d${name}[${k}] of ${opType} ${JSON.stringify(attributes)}, seed ${seed}`;
      expect(Math.abs((found.data as Float32Array)[k]! - value) / scale, message).toBeLessThan(TOLERANCE);
    }
  }
}

/** ±[0.5, 1.5): no division by almost nothing. */
const offZero = (length: number, from: Stream): Float32Array =>
  Float32Array.from({ length }, () => (from.next() + 0.5) * (from.below(2) ? 1 : -1));

type LossAt = (values: readonly Float64Array[]) => Promise<number>;

async function lossInDoubles(
  apply: (op: Ops, operands: readonly Value[]) => TypedValue,
  drawn: readonly [string, readonly number[]][],
  weights: Float32Array,
): Promise<LossAt> {
  const operands = drawn.map(([name, shape]) => input(name, shape, "float64"));
  const session = await sessionOf(graphOf("forward", operands, [apply(createOps(), operands)]));
  return async (values) => {
    const feeds = drawn.map(([name, shape], i): [string, Tensor] => [
      name,
      { dtype: "float64", shape, data: values[i]! },
    ]);
    const results = await session.run(Object.fromEntries(feeds));
    const y = results[session.outputNames[0]!]!.data as Float64Array;
    return y.reduce((sum, value, i) => sum + value * weights[i]!, 0);
  };
}

/** dL by each element of `values[which]`. */
async function differences(lossAt: LossAt, values: readonly Float64Array[], which: number): Promise<number[]> {
  const at = (k: number, step: number) =>
    lossAt(values.map((own, i) => (i === which ? own.with(k, own[k]! + step) : own)));
  const result: number[] = [];
  for (let k = 0; k < values[which]!.length; k++) {
    result.push(((await at(k, STEP)) - (await at(k, -STEP))) / (2 * STEP));
  }
  return result;
}
