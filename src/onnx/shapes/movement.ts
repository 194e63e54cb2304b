// Types of what moves elements without changing them.
import type { Dim } from "../graph.js";
import type { Attributes } from "../schema.js";
import {
  broadcastShapes,
  constants,
  isNumber,
  mapped,
  type Operands,
  positive,
  product,
  quotient,
  shapeGivenBy,
  sum,
  type ValueType,
} from "./dims.js";

export function concatenated(inputs: Operands, { axis }: Attributes<"Concat">): ValueType {
  const [first] = inputs;
  const along = inputs.map((input) => input!.shape[positive(axis, input!)]);
  return { dtype: first!.dtype, shape: first!.shape.with(positive(axis, first!), sum(along)) };
}

export const expanded = ([input, shape]: Operands): ValueType => ({
  dtype: input!.dtype,
  shape: broadcastShapes(input!.shape, shapeGivenBy(shape!)),
});

export function flattened([input]: Operands, { axis }: Attributes<"Flatten">): ValueType {
  const at = positive(axis, input!);
  return { dtype: input!.dtype, shape: [product(input!.shape.slice(0, at)), product(input!.shape.slice(at))] };
}

export const gathered = ([data, indices]: Operands, { axis }: Attributes<"Gather">): ValueType => ({
  dtype: data!.dtype,
  shape: data!.shape.toSpliced(positive(axis, data!), 1, ...indices!.shape),
});

export function padded([data, pads, , axes]: Operands): ValueType {
  const { dtype, shape } = data!;
  const amounts = constants(pads!);
  const changed = axes ? constants(axes).map((axis) => positive(axis, data!)) : [...shape.keys()];
  const added = new Map(changed.map((axis, i) => [axis, amounts[i]! + amounts[changed.length + i]!]));
  // A symbol that nothing is added to stays itself.
  return { dtype, shape: shape.map((dim, axis) => (added.get(axis) ? mapped(dim, (n) => n + added.get(axis)!) : dim)) };
}

/** Reshape's rule: 0 keeps the size at its place, -1 takes what is left. */
export function reshaped([data, shape]: Operands, { allowzero }: Attributes<"Reshape">): ValueType {
  const { dtype, shape: from } = data!;
  const wanted = shapeGivenBy(shape!).map((size, i) => (size === 0 && !allowzero ? from[i] : size));
  const rest = quotient(
    from,
    wanted.filter((size) => size !== -1),
  );
  return { dtype, shape: wanted.map((size) => (size === -1 ? rest : size)) };
}

export const sizesOf = ([data]: Operands, { start, end }: Attributes<"Shape">): ValueType => ({
  dtype: "int64",
  shape: [data!.shape.slice(start, end).length],
});

export function sliced([data, starts, ends, axes, steps]: Operands): ValueType {
  const [from, to] = [constants(starts!), constants(ends!)];
  const changed = axes ? constants(axes).map((axis) => positive(axis, data!)) : [...from.keys()];
  const strides = steps ? constants(steps) : [];
  const shape = [...data!.shape];
  for (const [i, axis] of changed.entries()) {
    const [start, end, step] = [from[i]!, to[i]!, strides[i] ?? 1];
    if (start === 0 && end >= TO_THE_END && step === 1) continue;
    shape[axis] = mapped(shape[axis], (size) => sliceLength(size, start, end, step));
  }
  return { dtype: data!.dtype, shape };
}

/** Exporters write the largest number of int32 or int64. */
const TO_THE_END = 2 ** 31 - 1;

/** Beyond either end, starts and ends mean that end. */
function sliceLength(size: number, start: number, end: number, step: number): number {
  const [least, most] = step > 0 ? [0, size] : [-1, size - 1];
  const last = Math.min(Math.max(end < 0 ? end + size : end, least), most);
  return Math.max(0, Math.ceil((last - sliceStart(size, start, step)) / step));
}

/** Which of `size` elements a slice takes first. */
export const sliceStart = (size: number, start: number, step: number): number =>
  Math.min(Math.max(start < 0 ? start + size : start, 0), step > 0 ? size : size - 1);

export const spaceToDepth = ([input]: Operands, { blocksize }: Attributes<"SpaceToDepth">): ValueType => {
  const [N, C, H, W] = input!.shape;
  const less = (dim: Dim): Dim => mapped(dim, (size) => size / blocksize);
  return { dtype: input!.dtype, shape: [N, mapped(C, (size) => size * blocksize ** 2), less(H), less(W)] };
};

export const depthToSpace = ([input]: Operands, { blocksize }: Attributes<"DepthToSpace">): ValueType => {
  const [N, C, H, W] = input!.shape;
  const more = (dim: Dim): Dim => mapped(dim, (size) => size * blocksize);
  return { dtype: input!.dtype, shape: [N, mapped(C, (size) => size / blocksize ** 2), more(H), more(W)] };
};

/** One type per part: as `split` says, or `num_outputs` equal ones, of which the last may be smaller. */
export function parts([input, split]: Operands, { axis, num_outputs }: Attributes<"Split">): readonly ValueType[] {
  const { dtype, shape } = input!;
  const along = positive(axis, input!);
  const size = shape[along];
  const count = num_outputs ?? 0;
  const equal = isNumber(size) ? Math.ceil(size / count) : 0;
  const sizes = split
    ? shapeGivenBy(split)
    : Array.from({ length: count }, (_, i) => mapped(size, (n) => Math.min(equal, n - i * equal)));
  return sizes.map((part) => ({ dtype, shape: shape.with(along, part) }));
}

export function squeezed([data, axes]: Operands): ValueType {
  const { dtype, shape } = data!;
  const gone = axes && new Set(constants(axes).map((axis) => positive(axis, data!)));
  return { dtype, shape: shape.filter((dim, axis) => (gone ? !gone.has(axis) : dim !== 1)) };
}

/** How often a computed batch is repeated cannot be told. */
export function tiled([input, repeats]: Operands): ValueType {
  const counts = shapeGivenBy(repeats!);
  return { dtype: input!.dtype, shape: input!.shape.map((dim, axis) => product([dim, counts[axis]])) };
}

export const transposed = ([data]: Operands, { perm }: Attributes<"Transpose">): ValueType => ({
  dtype: data!.dtype,
  shape: perm ? perm.map((axis) => data!.shape[axis]) : data!.shape.toReversed(),
});

export function unsqueezed([data, axes]: Operands): ValueType {
  const listed = constants(axes!);
  const rank = data!.shape.length + listed.length;
  const added = new Set(listed.map((axis) => (axis < 0 ? axis + rank : axis)));
  const rest = data!.shape.values();
  return { dtype: data!.dtype, shape: Array.from({ length: rank }, (_, i) => (added.has(i) ? 1 : rest.next().value)) };
}
