// Batch normalisation of rows [N, F] as PyTorch's BatchNorm1d: y = (x - mean)/√(variance + ε)·weight + bias. To train,
// mean and variance are the batch's own, written in primitive operators; afterwards they are the running ones.
import type { Ops } from "../onnx/builder.js";
import type { TypedValue } from "../onnx/shapes.js";
import { float32 } from "../tensor.js";
import type { Head, Values } from "./head.js";

export interface BatchNorm extends Pick<Head, "parameters" | "buffers"> {
  /** Inference: one BatchNormalization. */
  forward(op: Ops, x: TypedValue, weights: Values): TypedValue;
  /** Training: the normalised batch, and the running statistics after it. */
  forwardTraining(op: Ops, x: TypedValue, weights: Values): { readonly y: TypedValue; readonly buffers: Values };
}

const epsilon = 1e-5;
/** The share that each batch has in the running statistics. */
const momentum = 0.1;
const startBias = 1e-3;

/**
 * ε = 1e-5, running statistics that move by a tenth a batch (the variance unbiased), weights that start at 1 and biases
 * at 0.001 as in fastai's `BatchNorm`. Named `<path>.weight`, `.bias`, `.running_mean` and `.running_var`.
 */
export function batchNorm(path: string, width: number): BatchNorm {
  const names = ["weight", "bias", "running_mean", "running_var"].map((name) => `${path}.${name}`);
  const [weight, bias, runningMean, runningVariance] = names as [string, string, string, string];
  const filled = (value: number) => float32([width], new Float32Array(width).fill(value));
  return {
    parameters: { [weight]: filled(1), [bias]: filled(startBias) },
    buffers: { [runningMean]: filled(0), [runningVariance]: filled(1) },
    forward: (op, x, w) =>
      op.BatchNormalization(x, w[weight]!, w[bias]!, w[runningMean]!, w[runningVariance]!, { epsilon }),
    forwardTraining: (op, x, w) => {
      const overBatch = (values: TypedValue) => op.ReduceMean(values, op.ints(0), { keepdims: 0 });
      const mean = overBatch(x);
      const centred = op.Sub(x, mean);
      const variance = overBatch(op.Mul(centred, centred));
      const normalised = op.Div(centred, op.Sqrt(op.Add(variance, epsilon)));

      const photos = op.Cast(op.Gather(op.Shape(x), 0), { to: "float32" });
      const unbiased = op.Mul(variance, op.Div(photos, op.Sub(photos, 1)));
      // One photo has no variance, and its 0/0 must not get into the statistics: they stay what they were.
      const moved = (running: TypedValue, batch: TypedValue) =>
        op.Where(op.Greater(photos, 1), op.Add(op.Mul(running, 1 - momentum), op.Mul(batch, momentum)), running);
      return {
        y: op.Add(op.Mul(normalised, w[weight]!), w[bias]!),
        buffers: {
          [runningMean]: moved(w[runningMean]!, mean),
          [runningVariance]: moved(w[runningVariance]!, unbiased),
        },
      };
    },
  };
}
