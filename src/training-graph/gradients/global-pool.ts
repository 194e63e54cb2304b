// Pools over all of space.  X [N, C, ...in]  Y [N, C, 1, …]
import { float32, sizeOf } from "../../tensor.js";
import { defineGradient } from "./define.js";
import { spatial } from "./window.js";

export const GlobalAveragePool = defineGradient("GlobalAveragePool", {
  X: ({ op, X, dY }) => op.Expand(op.Div(dY, sizeOf(spatial(X))), op.Shape(X)),
});

export const GlobalMaxPool = defineGradient("GlobalMaxPool", {
  // Of several maxima the first receives all, as in PyTorch's adaptive_max_pool, which exporters write as this operator:
  // with the positions numbered downwards, it is the one of the highest number.
  X: ({ op, X, Y, dY }) => {
    const sizes = spatial(X);
    const count = sizeOf(sizes);
    const numbers = op.constant(
      "numbers",
      float32(
        sizes,
        Float32Array.from({ length: count }, (_, i) => count - i),
      ),
    );
    const is = (a: typeof X, b: typeof X) => op.Cast(op.Equal(a, b), { to: X.dtype });
    const ranks = op.Mul(is(X, Y), numbers);
    return op.Mul(dY, is(ranks, op.GlobalMaxPool(ranks)));
  },
});
