// Sliding windows, as convolutions and pools have them: their attributes with the defaults filled in, and what windows
// see at each of their positions.  X [N, C, ...in]  Y [N, C', ...out]; every list here has one number per spatial axis.
import { assert } from "../../errors.js";
import type { Ops } from "../../onnx/builder.js";
import { isNumber, type TypedValue } from "../../onnx/shapes/dims.js";

type Sizes = readonly number[];

export interface Window {
  readonly kernel: Sizes;
  readonly strides: Sizes;
  readonly dilations: Sizes;
  /** How far X is padded before its first element and after its last. */
  readonly begin: Sizes;
  readonly end: Sizes;
}

export interface WindowAttributes {
  readonly kernel_shape?: Sizes | undefined;
  readonly strides?: Sizes | undefined;
  readonly dilations?: Sizes | undefined;
  /** All begins, then all ends. */
  readonly pads?: Sizes | undefined;
}

/** A window from a node's attributes. A convolution's kernel is what its weights measure: `spatial(W)`. */
export function windowOf(attributes: WindowAttributes, kernel: Sizes = attributes.kernel_shape ?? []): Window {
  const ones = kernel.map(() => 1);
  const { strides = ones, dilations = ones, pads = [...ones, ...ones].fill(0) } = attributes;
  return { kernel, strides, dilations, begin: pads.slice(0, kernel.length), end: pads.slice(kernel.length) };
}

/** The sizes of X or Y or W behind their first two axes. */
export const spatial = (value: TypedValue): number[] => knownSizes(value, 2);

/** All sizes from the given axis on. */
export const knownSizes = ({ name, shape }: TypedValue, from = 0): number[] =>
  shape.slice(from).map((size) => {
    assert(isNumber(size), `the sizes of ${name} [${shape}] are not all known`);
    return size;
  });

/**
 * How many elements at the end of padded X no window reads, since a stride leaves them over. Negative where windows
 * reach beyond padded X, as a pool's do with ceil_mode.
 */
export const unread = ({ kernel, strides, dilations, begin, end }: Window, ins: Sizes, outs: Sizes): number[] =>
  kernel.map(
    (size, i) => begin[i]! + ins[i]! + end[i]! - (outs[i]! - 1) * strides[i]! - (size - 1) * dilations[i]! - 1,
  );

/** X with `value` around it: [N, C, ...begin + in + end]. */
export const padded = (op: Ops, X: TypedValue, { begin, end }: Window, value = 0): TypedValue =>
  [...begin, ...end].some((pad) => pad !== 0) ? op.Pad(X, op.ints(0, 0, ...begin, 0, 0, ...end), value, undefined) : X;

/** The first `sizes` of a value's elements along each axis of space. */
export const cropped = (op: Ops, value: TypedValue, sizes: Sizes): TypedValue =>
  `${spatial(value)}` === `${sizes}`
    ? value
    : slice(
        op,
        value,
        sizes.map((end, i) => ({ axis: i + 2, start: 0, end, step: 1 })),
      );

/**
 * For each position in the kernel, in W's order, what all windows have there: [N, C, ...out] each.
 * `data` is X padded so far that no window reaches beyond it.
 */
export function taps(op: Ops, data: TypedValue, { kernel, strides, dilations }: Window, outs: Sizes): TypedValue[] {
  // A kernel of one position that leaves nothing out.
  if (`${spatial(data)}` === `${outs}`) return [data];
  return positions(kernel).map((position) => {
    const ranges = position.map((at, i): Range => {
      const [start, step] = [at * dilations[i]!, strides[i]!];
      return { axis: i + 2, start, end: start + (outs[i]! - 1) * step + 1, step };
    });
    if (strides.at(-1) === 1) return slice(op, data, ranges);
    // Steps within rows are what takes long. Taken first, they are the same node for all positions of a column.
    return slice(op, slice(op, data, ranges.slice(-1)), ranges.slice(0, -1));
  });
}

interface Range {
  readonly axis: number;
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

function slice(op: Ops, value: TypedValue, ranges: readonly Range[]): TypedValue {
  if (ranges.length === 0) return value;
  const list = (key: keyof Range) => op.ints(...ranges.map((range) => range[key]));
  return op.Slice(value, list("start"), list("end"), list("axis"), list("step"));
}

/** All index tuples below `sizes`, the last index fastest. */
const positions = (sizes: Sizes): number[][] =>
  sizes.reduce<number[][]>(
    (tuples, size) => tuples.flatMap((tuple) => Array.from({ length: size }, (_, at) => [...tuple, at])),
    [[]],
  );
