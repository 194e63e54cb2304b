// Types of what slides a window over space: convolutions and pools. X [N, C, ...in], Y [N, C', ...out].
import type { Dim } from "../graph.js";
import type { Attributes } from "../schema.js";
import { constants, isNumber, mapped, type Operands, positive, shapeGivenBy, type ValueType } from "./dims.js";

interface Window {
  readonly strides?: readonly number[] | undefined;
  readonly dilations?: readonly number[] | undefined;
  readonly pads?: readonly number[] | undefined;
  readonly ceil_mode?: number;
}

export const conv = ([X, W]: Operands, attributes: Attributes<"Conv">): ValueType => ({
  dtype: X!.dtype,
  shape: [X!.shape[0], W!.shape[0], ...slid(X!.shape.slice(2), W!.shape.slice(2), attributes)],
});

export const pooled = (
  [X]: Operands,
  attributes: Window & { readonly kernel_shape: readonly number[] },
): ValueType => ({
  dtype: X!.dtype,
  shape: [...X!.shape.slice(0, 2), ...slid(X!.shape.slice(2), attributes.kernel_shape, attributes)],
});

export const globallyPooled = ([X]: Operands): ValueType => ({
  dtype: X!.dtype,
  shape: X!.shape.map((dim, axis) => (axis < 2 ? dim : 1)),
});

/**
 * out = ⌊(in + pads - dilation·(kernel - 1) - 1) / stride⌋ + 1, rounded up with ceil_mode. A window that then begins in the
 * end's padding is none: so says PyTorch, so do the runtime's kernels (what it infers itself counts it).
 */
function slid(sizes: readonly Dim[], kernel: readonly Dim[], { strides, dilations, pads, ceil_mode }: Window): Dim[] {
  const rank = sizes.length;
  return sizes.map((size, i) => {
    const taps = kernel[i];
    if (!isNumber(size) || !isNumber(taps)) return undefined;
    const [stride, begin, end] = [strides?.[i] ?? 1, pads?.[i] ?? 0, pads?.[rank + i] ?? 0];
    const span = size + begin + end - (dilations?.[i] ?? 1) * (taps - 1) - 1;
    if (!ceil_mode) return Math.floor(span / stride) + 1;
    const out = Math.ceil(span / stride) + 1;
    return (out - 1) * stride >= size + begin ? out - 1 : out;
  });
}

/** out = stride·(in - 1) + output_padding + dilation·(kernel - 1) + 1 - pads. */
export function convTranspose([X, W]: Operands, attributes: Attributes<"ConvTranspose">): ValueType {
  const { group, strides, dilations, pads, output_padding, output_shape } = attributes;
  const sizes = X!.shape.slice(2);
  const rank = sizes.length;
  const out = sizes.map((size, i) => {
    const taps = W!.shape[2 + i];
    if (!isNumber(size) || !isNumber(taps)) return undefined;
    const padding = (pads?.[i] ?? 0) + (pads?.[rank + i] ?? 0);
    const span = (dilations?.[i] ?? 1) * (taps - 1) + 1;
    return (strides?.[i] ?? 1) * (size - 1) + (output_padding?.[i] ?? 0) + span - padding;
  });
  const channels = group === 1 ? W!.shape[1] : mapped(W!.shape[1], (size) => size * group);
  return { dtype: X!.dtype, shape: [X!.shape[0], channels, ...(output_shape ?? out)] };
}

export function resized([X, , scales, sizes]: Operands, { axes }: Attributes<"Resize">): ValueType {
  const shape = [...X!.shape];
  const changed = (axes ?? [...shape.keys()]).map((axis) => positive(axis, X!));
  const given = sizes ? shapeGivenBy(sizes) : constants(scales!).map((scale, i) => scaled(shape[changed[i]!], scale));
  for (const [i, axis] of changed.entries()) shape[axis] = given[i];
  return { dtype: X!.dtype, shape };
}

/** In single precision, as the runtime reckons: 0.7, which is a little less in it, of 10 is 7. */
const scaled = (dim: Dim, scale: number): Dim =>
  scale === 1 ? dim : mapped(dim, (size) => Math.floor(Math.fround(size * scale)));
