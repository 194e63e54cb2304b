// Y = AveragePool(X): every element of a window receives the window's gradient, divided by how many it averages.
import { float32, sizeOf, type Tensor } from "../../tensor.js";
import { defineGradient } from "./define.js";
import { givenBack, planes } from "./pools.js";
import { spatial, type Window, windowOf } from "./window.js";

export const AveragePool = defineGradient("AveragePool", {
  X: ({ op, X, Y, dY, attributes }) => {
    const window = windowOf(attributes);
    const counts = countsOf(window, spatial(X), spatial(Y), attributes.count_include_pad === 1);
    const shares = op.Div(planes(op, dY), op.constant("counts", counts));
    const ones = float32([1, 1, ...window.kernel], new Float32Array(sizeOf(window.kernel)).fill(1));
    return givenBack(op, { shares, weights: ones, window, X });
  },
});

/**
 * [...out]: how many elements each window averages. Padding counts or not; what lies beyond it, where ceil_mode lets
 * windows reach, never does.
 */
function countsOf(
  { kernel, strides, begin, end }: Window,
  ins: readonly number[],
  outs: readonly number[],
  padsCount: boolean,
): Tensor {
  const along = kernel.map((size, i) => {
    const [from, to] = padsCount ? [-begin[i]!, ins[i]! + end[i]!] : [0, ins[i]!];
    return Array.from({ length: outs[i]! }, (_, at) => {
      const start = at * strides[i]! - begin[i]!;
      return Math.min(start + size, to) - Math.max(start, from);
    });
  });
  const counts = along.reduce((rows, row) => rows.flatMap((a) => row.map((b) => a * b)), [1]);
  return float32(outs, counts);
}
