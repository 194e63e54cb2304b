// Normalisations by the statistics of what they normalise, each sample's own:
// X̂ = (X - mean)/√(variance + epsilon) over some axes, Y = X̂·scale + B.
import type { Ops } from "../../onnx/builder.js";
import type { TypedValue } from "../../onnx/shapes/dims.js";
import { sumTo } from "./broadcasting.js";
import { perChannel, sumPerChannel } from "./channels.js";
import { defineGradient, type Scope } from "./define.js";

/** Over the axes from `axis` on. Scale and B broadcast to X. */
export const LayerNormalization = defineGradient("LayerNormalization", {
  X: (scope) => {
    const { op, Scale, dY } = scope;
    return throughStatistics(op, op.Mul(dY, Scale), overLastAxes(scope));
  },
  Scale: (scope) => {
    const { op, Scale, dY } = scope;
    return sumTo(op, op.Mul(dY, overLastAxes(scope).normal), Scale);
  },
  B: ({ op, B, dY }) => sumTo(op, dY, B!),
});

/** Over space.  input [N, C, ...]  scale, B [C] */
export const InstanceNormalization = defineGradient("InstanceNormalization", {
  // The scale is the same all over a channel, so it goes past the means: dY·X̂ serves scale's gradient as well.
  input: (scope) => {
    const { op, input, scale, dY } = scope;
    return op.Mul(perChannel(op, scale, input), throughStatistics(op, dY, overSpace(scope)));
  },
  scale: (scope) => {
    const { op, dY } = scope;
    return sumPerChannel(op, op.Mul(dY, overSpace(scope).normal));
  },
  B: ({ op, dY }) => sumPerChannel(op, dY),
});

interface Standardised {
  /** X̂ */
  readonly normal: TypedValue;
  /** 1/√(variance + epsilon), the axes kept as 1. */
  readonly inverseStd: TypedValue;
  readonly axes: TypedValue;
}

const overLastAxes = ({ op, X, attributes: { axis, epsilon } }: Scope<"LayerNormalization">): Standardised =>
  standardised(op, X, [...X.shape.keys()].slice(axis), epsilon);

const overSpace = ({ op, input, attributes: { epsilon } }: Scope<"InstanceNormalization">): Standardised =>
  standardised(op, input, [...input.shape.keys()].slice(2), epsilon);

function standardised(op: Ops, X: TypedValue, over: readonly number[], epsilon: number): Standardised {
  const axes = op.ints(...over);
  const centred = op.Sub(X, op.ReduceMean(X, axes));
  const variance = op.ReduceMean(op.Mul(centred, centred), axes);
  const inverseStd = op.Reciprocal(op.Sqrt(op.Add(variance, epsilon)));
  return { normal: op.Mul(centred, inverseStd), inverseStd, axes };
}

/**
 * dX = (dX̂ - mean(dX̂) - X̂·mean(dX̂·X̂))/std, the means over the same axes: X moves the statistics too.
 * Ioffe and Szegedy, "Batch Normalization", 2015, section 3, the three gradients by X put together.
 */
function throughStatistics(op: Ops, dNormal: TypedValue, { normal, inverseStd, axes }: Standardised): TypedValue {
  const centred = op.Sub(dNormal, op.ReduceMean(dNormal, axes));
  const slope = op.ReduceMean(op.Mul(dNormal, normal), axes);
  return op.Mul(op.Sub(centred, op.Mul(normal, slope)), inverseStd);
}
