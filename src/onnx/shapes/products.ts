// Types of matrix products, reductions and one-hot rows.
import { assert } from "../../errors.js";
import type { Dim } from "../graph.js";
import type { Attributes } from "../schema.js";
import { broadcastShapes, constants, type Operands, positive, type ValueType } from "./dims.js";

export const gemm = ([A, B]: Operands, { transA, transB }: Attributes<"Gemm">): ValueType => ({
  dtype: A!.dtype,
  shape: [A!.shape[transA ? 1 : 0], B!.shape[transB ? 0 : 1]],
});

/** NumPy's matmul: a vector is a row on the left, a column on the right, and its axis is gone from the product. */
export function matMul([A, B]: Operands): ValueType {
  const [a, b] = [A!.shape, B!.shape];
  const batch = broadcastShapes(a.slice(0, -2), b.slice(0, -2));
  const rows = a.length === 1 ? [] : [a.at(-2)];
  const columns = b.length === 1 ? [] : [b.at(-1)];
  return { dtype: A!.dtype, shape: [...batch, ...rows, ...columns] };
}

/** The letters of each operand's axes and of the result's; undefined for an equation that leaves some out. */
export function einsumTerms(equation: string): { inputs: readonly string[]; output: string } | undefined {
  const [left, output] = equation.replaceAll(" ", "").split("->");
  return left === undefined || output === undefined || equation.includes(".")
    ? undefined
    : { inputs: left.split(","), output };
}

export function summed(inputs: Operands, { equation }: Attributes<"Einsum">): ValueType {
  const terms = einsumTerms(equation);
  assert(terms, `the axes of "${equation}" are not all stated`);
  const sizes = new Map(
    terms.inputs.flatMap((term, i) => [...term].map((axis, at) => [axis, inputs[i]!.shape[at]] as const)),
  );
  return { dtype: inputs[0]!.dtype, shape: [...terms.output].map((axis) => sizes.get(axis)) };
}

export function reduced(
  [data, axes]: Operands,
  { keepdims, noop_with_empty_axes }: Attributes<"ReduceSum">,
): ValueType {
  const listed = axes ? constants(axes).map((axis) => positive(axis, data!)) : [];
  if (listed.length === 0 && noop_with_empty_axes) return data!;
  const gone = new Set(listed.length === 0 ? data!.shape.keys() : listed);
  const kept = data!.shape.map((dim: Dim, i: number) => (gone.has(i) ? 1 : dim));
  return { dtype: data!.dtype, shape: keepdims ? kept : kept.filter((_, i) => !gone.has(i)) };
}

export function oneHot([indices, depth, values]: Operands, { axis }: Attributes<"OneHot">): ValueType {
  const rank = indices!.shape.length + 1;
  return {
    dtype: values!.dtype,
    shape: indices!.shape.toSpliced(axis < 0 ? axis + rank : axis, 0, constants(depth!)[0]),
  };
}
