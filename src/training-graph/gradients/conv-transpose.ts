// Y = ConvTranspose(X, W) + B.  X [N, G·Ci, ...in]  W [G·Ci, Co, ...kernel]  B [G·Co]  Y [N, G·Co, ...out]
// It is the adjoint of the Conv that makes X's shape of Y's with the same W: in its gradients X and dY change places.
import { sumPerChannel } from "./channels.js";
import { weightGradient } from "./convolution.js";
import { defineGradient, type Scope } from "./define.js";
import { spatial, unread, type Window, windowOf } from "./window.js";

export const ConvTranspose = defineGradient("ConvTranspose", {
  X: (scope) => {
    const { op, W, dY, attributes } = scope;
    const { begin, end, strides, dilations } = windowOn(scope);
    const { group } = attributes;
    return op.Conv(dY, W, undefined, { group, strides, dilations, pads: [...begin, ...end] });
  },

  W: (scope) => {
    const { op, X, W, dY, attributes } = scope;
    return weightGradient({ op, X: dY, W, dY: X, window: windowOn(scope), group: attributes.group });
  },

  B: ({ op, dY }) => sumPerChannel(op, dY),
});

/** The window of that Conv. With `output_shape` the pads are what this leaves over, the odd one at the beginning. */
function windowOn({ X, W, Y, attributes }: Scope<"ConvTranspose">): Window {
  const window = windowOf(attributes, spatial(W));
  if (!attributes.output_shape) return window;
  const none = window.begin.map(() => 0);
  const { output_padding = none } = attributes;
  // unread of unpadded Y: out - (stride·(in - 1) + dilation·(kernel - 1) + 1)
  const rests = unread({ ...window, begin: none, end: none }, spatial(Y), spatial(X));
  const totals = rests.map((rest, i) => Math.max(0, output_padding[i]! - rest));
  const end = totals.map((total) => Math.floor(total / 2));
  return { ...window, begin: totals.map((total, i) => total - end[i]!), end };
}
