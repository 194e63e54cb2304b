// Y = (X - input_mean)/√(input_var + epsilon)·scale + B, in inference: the statistics are constants, and Y is affine per
// channel. Training, where they are the batch's, is written in primitive operators.
// X [N, C, ...]  scale, B, input_mean, input_var [C]
import type { TypedValue } from "../../onnx/shapes/dims.js";
import { perChannel, sumPerChannel } from "./channels.js";
import { defineGradient, type Scope } from "./define.js";

export const BatchNormalization = defineGradient("BatchNormalization", {
  X: (scope) => {
    const { op, X, scale, dY } = scope;
    return op.Mul(dY, perChannel(op, op.Mul(scale, inverseStd(scope)), X));
  },

  // Σ dY·(X - mean)/std. Not Σ dY·X - mean·ΣdY, which would save a pass over X and cancel where the mean is large.
  scale: (scope) => {
    const { op, X, input_mean, dY } = scope;
    const centred = op.Sub(X, perChannel(op, input_mean, X));
    return op.Mul(sumPerChannel(op, op.Mul(dY, centred)), inverseStd(scope));
  },

  B: ({ op, dY }) => sumPerChannel(op, dY),
});

/** [C] */
const inverseStd = ({ op, input_var, attributes }: Scope<"BatchNormalization">): TypedValue =>
  op.Reciprocal(op.Sqrt(op.Add(input_var, attributes.epsilon)));
