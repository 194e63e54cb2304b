// Checks that a gradient does not depend on the batch's size being known when its graph is written.
import { expect } from "vitest";
import { createOps, type Ops } from "../../src/onnx/builder.js";
import { emit } from "../../src/onnx/emit.js";
import type { Attribute } from "../../src/onnx/graph.js";
import { type TypedValue, typed } from "../../src/onnx/shapes/dims.js";
import { float32, sizeOf } from "../../src/tensor.js";
import { differentiate } from "../../src/training-graph/differentiate.js";
import { compute, input } from "./run-graph.js";

type Build = (op: Ops, x: TypedValue) => TypedValue;

/** A node as files have it, of whose shape nothing need be known beforehand. */
export const fileNode = (
  opType: string,
  inputs: readonly (TypedValue | undefined)[],
  shape: TypedValue["shape"],
  attributes: Readonly<Record<string, Attribute>> = {},
): TypedValue => typed(emit(opType, opType, inputs, { dtype: "float32", shape, attributes }));

/** The gradient of Σ y² by x, y = build(x). */
export function gradientOf(op: Ops, y: TypedValue, x: TypedValue): TypedValue {
  const loss = op.ReduceSum(op.Mul(y, y), undefined, { keepdims: 0 });
  return differentiate(op, loss, [x])[0]!;
}

/** The same numbers for x [batch, …] as for x of a known shape, whose gradient other tests check. */
export async function expectForAnyBatch(build: Build, shape: readonly number[]): Promise<void> {
  const values = float32(
    shape,
    Array.from({ length: sizeOf(shape) }, (_, i) => i + 1),
  );
  const of = async (dims: TypedValue["shape"]) => {
    const op = createOps();
    const x = input("x", dims);
    const gradient = gradientOf(op, build(op, x), x);
    expect(gradient.shape).toEqual(dims);
    return (await compute([gradient], [x], { x: values }))[0];
  };
  expect(await of(["batch", ...shape.slice(1)])).toEqual(await of(shape));
}
