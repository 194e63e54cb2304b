// Y = MaxPool(X): the gradient of each window's maximum goes to the first element, row by row, that equals it, as in PyTorch.
// The operator's own output Indices would tell where that is, but fails on WebGPU.
import { float32, sizeOf, type Tensor } from "../../tensor.js";
import { defineGradient } from "./define.js";
import { givenBack, planes } from "./pools.js";
import { padded, spatial, taps, unread, type Window, windowOf } from "./window.js";

/** Padding is never a maximum. Not -∞, which shaders need not support. */
const lowest = -3.4028234663852886e38;

export const MaxPool = defineGradient("MaxPool", {
  X: ({ op, X, Y, dY, attributes }) => {
    const [ins, outs] = [spatial(X), spatial(Y)];
    const window = covering(windowOf(attributes), ins, outs);
    const maxima = planes(op, Y);
    // What no position has received yet: the first that equals the maximum leaves nothing to the others. Where would
    // read better than Cast and Mul, and takes four times as long on a CPU.
    let rest = planes(op, dY);
    const shares = taps(op, padded(op, planes(op, X), window, lowest), window, outs).map((tap) => {
      const share = op.Mul(rest, op.Cast(op.Equal(tap, maxima), { to: dY.dtype }));
      rest = op.Sub(rest, share);
      return share;
    });
    return givenBack(op, { shares: op.Concat(shares, { axis: 1 }), weights: oneEach(window), window, X });
  },
});

/** The window with X padded to the end of the last one, which ceil_mode lets reach further. */
const covering = (window: Window, ins: readonly number[], outs: readonly number[]): Window => ({
  ...window,
  end: unread(window, ins, outs).map((rest, i) => window.end[i]! + Math.max(0, -rest)),
});

/** [K, 1, ...kernel]: share k is for position k of K. */
function oneEach({ kernel }: Window): Tensor {
  const count = sizeOf(kernel);
  return float32(
    [count, 1, ...kernel],
    Float32Array.from({ length: count ** 2 }, (_, i) => (i % (count + 1) === 0 ? 1 : 0)),
  );
}
