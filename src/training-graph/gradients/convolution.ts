// The gradients of a convolution's weights and bias, which Conv and ConvTranspose share.
// X [N, G·Ci, ...in]  W [G·Co, Ci, ...kernel]  Y [N, G·Co, ...out]; within a group, at the place p in Y,
// Y[n, o, p] = Σ W[o, i, k]·X[n, i, stride·p + dilation·k - begin] over i and k, hence
// dW[o, i, k] = Σ dY[n, o, p]·X[n, i, stride·p + dilation·k - begin] over n and p.
import type { Ops } from "../../onnx/builder.js";
import type { TypedValue } from "../../onnx/shapes/dims.js";
import { sizeOf } from "../../tensor.js";
import { cropped, knownSizes, padded, spatial, taps, type Window } from "./window.js";

interface Convolution {
  readonly op: Ops;
  readonly X: TypedValue;
  readonly W: TypedValue;
  readonly dY: TypedValue;
  readonly window: Window;
  readonly group: number;
}

/**
 * The gradient by W, in its shape. The sum over n and p is a product of matrices: dY as [Co, N·out] by X as [N·out, Ci]
 * for each position k in the kernel, or by X as [N·out, kernel] for each channel i. Fewer and wider products win: on a
 * CPU up to 12 times by position (wide layers), up to 5 by channel (a network's first layer, depthwise ones); for the
 * numbers run bench/conv-gradients.ts. All positions in one matrix are hardly faster and take 4 times the memory.
 */
export const weightGradient = (convolution: Convolution): TypedValue => {
  const [, channels = 1, ...kernel] = knownSizes(convolution.W);
  return sizeOf(kernel) > channels ? byChannel(convolution) : byPosition(convolution);
};

/** One product for each position k in the kernel: the runtime holds one shifted copy of X at a time. */
export function byPosition({ op, X, W, dY, window, group }: Convolution): TypedValue {
  const [outputs = 1, channels = 1, ...kernel] = knownSizes(W);
  const rows = op.Reshape(swapFirstTwo(op, dY), op.ints(group, outputs / group, -1));
  const products = taps(op, swapFirstTwo(op, padded(op, X, window)), window, spatial(dY)).map((tap) => {
    const columns = op.Reshape(tap, op.ints(group, channels, -1));
    return op.Unsqueeze(op.MatMul(rows, op.Transpose(columns, { perm: [0, 2, 1] })), op.ints(3));
  });
  // [G, Co, Ci, kernel]
  return op.Reshape(op.Concat(products, { axis: 3 }), op.ints(outputs, channels, ...kernel));
}

/**
 * One product for each channel i, as a convolution: X with dY for its kernel, the samples playing channels. Strides and
 * dilations change places. What the stride left unread at the end of X shows up as positions beyond the kernel.
 */
export function byChannel({ op, X, W, dY, window, group }: Convolution): TypedValue {
  const { strides, dilations, begin, end } = window;
  const channels = knownSizes(W)[1]!;
  // [N, G·Ci, ...in] → [Ci, G·N, ...in], with which one grouped Conv serves plain, grouped and depthwise layers alike.
  const split = op.Reshape(X, op.ints(0, group, channels, sizeOf(spatial(X))));
  const image = op.Reshape(op.Transpose(split, { perm: [2, 1, 0, 3] }), op.ints(channels, -1, ...spatial(X)));
  const kernel = swapFirstTwo(op, dY);
  const attributes = { group, pads: [...begin, ...end], strides: dilations, dilations: strides };
  return swapFirstTwo(op, cropped(op, op.Conv(image, kernel, undefined, attributes), spatial(W)));
}

const swapFirstTwo = (op: Ops, value: TypedValue): TypedValue =>
  op.Transpose(value, { perm: value.shape.map((_, axis) => (axis < 2 ? 1 - axis : axis)) });
