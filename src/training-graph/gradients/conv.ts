// Y = Conv(X, W) + B.  X [N, G·Ci, ...in]  W [G·Co, Ci, ...kernel]  B [G·Co]  Y [N, G·Co, ...out]
import { sumPerChannel } from "./channels.js";
import { weightGradient } from "./convolution.js";
import { defineGradient } from "./define.js";
import { spatial, unread, windowOf } from "./window.js";

export const Conv = defineGradient("Conv", {
  // ConvTranspose is Conv's adjoint and takes W as it is. A stride may leave the end of padded X unread, so several
  // sizes of X give one Y: output_padding says which it was.
  X: ({ op, X, W, Y, dY, attributes }) => {
    const output_padding = unread(windowOf(attributes, spatial(W)), spatial(X), spatial(Y));
    return op.ConvTranspose(dY, W, undefined, { ...attributes, output_padding });
  },

  W: ({ op, X, W, dY, attributes }) =>
    weightGradient({ op, X, W, dY, window: windowOf(attributes, spatial(W)), group: attributes.group }),

  B: ({ op, dY }) => sumPerChannel(op, dY),
});
