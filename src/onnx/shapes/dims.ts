// Values whose type and rank are known, and reckoning with sizes of which some are symbols or unknown.
import { assert } from "../../errors.js";
import { type DType, sizeOf } from "../../tensor.js";
import type { Dim, Value } from "../graph.js";
import { integerOf } from "../node-facts.js";
import { tensorOf } from "../tensor-data.js";

export interface ValueType {
  readonly dtype: DType;
  readonly shape: readonly Dim[];
}

/** An operand whose type and rank are known. */
export type TypedValue = Value & ValueType;

/** What inference sees of the inputs. */
export type Operands = readonly (TypedValue | undefined)[];

export function typed(value: Value): TypedValue {
  assert(value.dtype !== undefined && value.shape !== undefined, `type and rank of ${value.name} are unknown`);
  return value as TypedValue;
}

/** NumPy's rule on two shapes; a symbol meets itself, 1, or a size it is then taken to equal. */
export function broadcastShapes(a: readonly Dim[], b: readonly Dim[]): Dim[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = i < rank - a.length ? 1 : a[i - rank + a.length];
    const y = i < rank - b.length ? 1 : b[i - rank + b.length];
    if (x === y || y === 1) return x;
    if (x === 1) return y;
    assert(typeof x !== "number" || typeof y !== "number", `shapes [${a}] and [${b}] do not broadcast`);
    return typeof x === "number" ? x : y;
  });
}

export const isNumber = (dim: Dim): dim is number => typeof dim === "number";

export function sum(dims: readonly Dim[]): Dim {
  if (dims.length === 1) return dims[0];
  return dims.every(isNumber) ? dims.reduce((total, dim) => total + dim, 0) : undefined;
}

/** Known when all sizes are, or all but one are 1. */
export function product(dims: readonly Dim[]): Dim {
  const others = dims.filter((dim) => dim !== 1);
  if (others.length === 1) return others[0];
  return others.every(isNumber) ? others.reduce((size, dim) => size * dim, 1) : undefined;
}

/** Π `dims` / Π `divisors`, as far as it is known once what stands on both sides has cancelled out. */
export function quotient(dims: readonly Dim[], divisors: readonly Dim[]): Dim {
  const left = dims.filter((dim) => !isNumber(dim));
  for (const divisor of divisors.filter((dim) => !isNumber(dim))) {
    const at = left.indexOf(divisor);
    if (at < 0) return undefined;
    left.splice(at, 1);
  }
  const ratio = sizeOf(dims.filter(isNumber)) / sizeOf(divisors.filter(isNumber));
  return product([...left, Number.isInteger(ratio) ? ratio : undefined]);
}

/** `f` of a size that is known. */
export const mapped = (dim: Dim, f: (size: number) => number): Dim => (isNumber(dim) ? f(dim) : undefined);

/** An axis counted from the first dimension. */
export const positive = (axis: number, { shape }: ValueType): number => (axis < 0 ? axis + shape.length : axis);

/** The numbers of an operand that must be a constant. */
export function constants(value: Value): number[] {
  const known = knownNumbers(value);
  assert(known, `${value.name} must be a constant`);
  return known;
}

/** The numbers of a constant operand. */
export const knownNumbers = (value: Value | undefined): number[] | undefined =>
  value?.constant && Array.from(tensorOf(value.constant).data as ArrayLike<number | bigint>, Number);

/** What a shape operand says: a constant, `Shape` of a value whose shape is known, or a `Concat` of such. */
export function shapeGivenBy(value: Value): readonly Dim[] {
  const { producer } = value;
  if (producer?.opType === "Concat") return producer.inputs.flatMap((part) => shapeGivenBy(part!));
  if (producer?.opType !== "Shape") return constants(value);
  return typed(producer.inputs[0]!).shape.slice(integerOf(producer, "start"), integerOf(producer, "end"));
}
