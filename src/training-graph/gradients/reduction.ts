// Rules of reductions: what was summed gets the sum's gradient, repeated.
import { defineGradient } from "./define.js";

export const ReduceSum = defineGradient("ReduceSum", {
  data: ({ op, data, axes, dY, attributes: { keepdims, noop_with_empty_axes } }) => {
    const all = !axes || axes.shape[0] === 0;
    if (all && noop_with_empty_axes) return dY;
    // Without keepdims dY must first get its axes back; a sum over all of them is a scalar, which repeats as it is.
    return op.Expand(keepdims || all ? dY : op.Unsqueeze(dY, axes), op.Shape(data));
  },
});
