// Types and shapes of what the builder emits, one function per operator. Graphs from files do not pass through
// here: their shapes come from running them. A batch may be symbolic; ranks are known.
import { assert } from "../errors.js";
import type { DType } from "../tensor.js";
import type { Dim, Value } from "./graph.js";
import type { Attributes, OpType } from "./schema.js";
import { tensorOf } from "./tensor-data.js";

export interface ValueType {
  readonly dtype: DType;
  readonly shape: readonly Dim[];
}

/** An operand whose type and rank are known. */
export type TypedValue = Value & ValueType;

type Infer<O extends OpType> = (inputs: readonly (TypedValue | undefined)[], attributes: Attributes<O>) => ValueType;

const infer: { readonly [O in OpType]: Infer<O> } = {
  Add: broadcast,
  BatchNormalization: same,
  Cast: ([input], { to }) => ({ dtype: to, shape: input!.shape }),
  Concat: (inputs, { axis }) => {
    const [first] = inputs;
    const along = inputs.map((input) => input!.shape[positive(axis, input!)]);
    return { dtype: first!.dtype, shape: first!.shape.with(positive(axis, first!), sum(along)) };
  },
  Div: broadcast,
  Exp: same,
  Expand: ([input, shape]) => ({ dtype: input!.dtype, shape: shapeGivenBy(shape!) }),
  Flatten: ([input], { axis }) => {
    const at = positive(axis, input!);
    return { dtype: input!.dtype, shape: [product(input!.shape.slice(0, at)), product(input!.shape.slice(at))] };
  },
  Gather: ([data, indices], { axis }) => ({
    dtype: data!.dtype,
    shape: data!.shape.toSpliced(positive(axis, data!), 1, ...indices!.shape),
  }),
  Gemm: ([A, B], { transA, transB }) => ({
    dtype: A!.dtype,
    shape: [A!.shape[transA ? 1 : 0], B!.shape[transB ? 0 : 1]],
  }),
  GlobalAveragePool: pooled,
  GlobalMaxPool: pooled,
  Greater: (inputs) => ({ dtype: "bool", shape: broadcast(inputs).shape }),
  Identity: same,
  LogSoftmax: same,
  Mul: broadcast,
  Neg: same,
  OneHot: ([indices, depth, values], { axis }) => {
    const rank = indices!.shape.length + 1;
    return {
      dtype: values!.dtype,
      shape: indices!.shape.toSpliced(axis < 0 ? axis + rank : axis, 0, constants(depth!)[0]),
    };
  },
  Reciprocal: same,
  ReduceMean: reduced,
  ReduceProd: reduced,
  ReduceSum: reduced,
  Relu: same,
  Reshape: ([data, shape]) => ({ dtype: data!.dtype, shape: reshaped(data!.shape, constants(shape!)) }),
  Shape: ([data]) => ({ dtype: "int64", shape: [data!.shape.length] }),
  Sqrt: same,
  Sub: broadcast,
  Sum: broadcast,
  Transpose: ([data], { perm }) => ({ dtype: data!.dtype, shape: perm.map((axis) => data!.shape[axis]) }),
  Unsqueeze: ([data, axes]) => {
    const listed = constants(axes!);
    const rank = data!.shape.length + listed.length;
    const added = new Set(listed.map((axis) => (axis < 0 ? axis + rank : axis)));
    const rest = data!.shape.values();
    return {
      dtype: data!.dtype,
      shape: Array.from({ length: rank }, (_, i) => (added.has(i) ? 1 : rest.next().value)),
    };
  },
  Where: ([condition, X, Y]) => {
    const { dtype, shape } = broadcast([X, Y]);
    return { dtype, shape: broadcastShapes(condition!.shape, shape) };
  },
};

export function inferType<O extends OpType>(
  opType: O,
  inputs: readonly (Value | undefined)[],
  attributes: Attributes<O>,
): ValueType {
  for (const input of inputs) if (input) typed(input);
  const { dtype, shape } = (infer[opType] as Infer<O>)(inputs as readonly (TypedValue | undefined)[], attributes);
  return { dtype, shape };
}

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

function broadcast(inputs: readonly (TypedValue | undefined)[]): ValueType {
  const { dtype } = inputs[0]!;
  assert(
    inputs.every((input) => input!.dtype === dtype),
    `operands of types ${inputs.map((input) => input!.dtype)} do not go together`,
  );
  return { dtype, shape: inputs.reduce<readonly Dim[]>((shape, input) => broadcastShapes(shape, input!.shape), []) };
}

function same([input]: readonly (TypedValue | undefined)[]): ValueType {
  return input!;
}

function pooled([X]: readonly (TypedValue | undefined)[]): ValueType {
  return { dtype: X!.dtype, shape: X!.shape.map((dim, axis) => (axis < 2 ? dim : 1)) };
}

function reduced(
  [data, axes]: readonly (TypedValue | undefined)[],
  { keepdims, noop_with_empty_axes }: Attributes<"ReduceSum">,
): ValueType {
  const listed = axes ? constants(axes).map((axis) => positive(axis, data!)) : [];
  if (listed.length === 0 && noop_with_empty_axes) return data!;
  const gone = new Set(listed.length === 0 ? data!.shape.keys() : listed);
  const kept = data!.shape.map((dim, i) => (gone.has(i) ? 1 : dim));
  return { dtype: data!.dtype, shape: keepdims ? kept : kept.filter((_, i) => !gone.has(i)) };
}

/** Reshape's rule: 0 keeps the size at its place, -1 takes what is left. */
function reshaped(from: readonly Dim[], wanted: readonly number[]): Dim[] {
  const shape = wanted.map((size, i) => (size === 0 ? from[i] : size));
  // Sizes on either side cancel out, known or not.
  const before = [...from];
  const after = shape.filter((size) => {
    const at = before.indexOf(size);
    if (at >= 0) before.splice(at, 1);
    return at < 0 && size !== -1;
  });
  const [total, known] = [product(before), product(after)];
  const rest = known === 1 ? total : isNumber(total) && isNumber(known) ? total / known : undefined;
  return shape.map((size) => (size === -1 ? rest : size));
}

function sum(dims: readonly Dim[]): Dim {
  if (dims.length === 1) return dims[0];
  return dims.every(isNumber) ? dims.reduce((total, dim) => total + dim, 0) : undefined;
}

/** Known when all sizes are, or all but one are 1. */
function product(dims: readonly Dim[]): Dim {
  const others = dims.filter((dim) => dim !== 1);
  if (others.length === 1) return others[0];
  return others.every(isNumber) ? others.reduce((size, dim) => size * dim, 1) : undefined;
}

const isNumber = (dim: Dim): dim is number => typeof dim === "number";

/** A shape operand is a constant, or `Shape` of a value whose shape is known. */
function shapeGivenBy(value: Value): readonly Dim[] {
  const source = value.producer?.opType === "Shape" ? value.producer.inputs[0] : undefined;
  return source ? typed(source).shape : constants(value);
}

const positive = (axis: number, { shape }: ValueType): number => (axis < 0 ? axis + shape.length : axis);

function constants(value: Value): number[] {
  assert(value.constant, `${value.name} must be a constant`);
  return Array.from(tensorOf(value.constant).data as BigInt64Array, Number);
}
