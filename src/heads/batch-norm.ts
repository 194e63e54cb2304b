// Batch normalisation of rows [N, F] as a layer of a head: PyTorch's BatchNorm1d. To train, mean and variance are the
// batch's own; afterwards they are the running ones.
import type { Ops } from "../onnx/builder.js";
import type { TypedValue } from "../onnx/shapes/dims.js";
import { float32 } from "../tensor.js";
import { normaliseBatch } from "./batch-statistics.js";
import type { Head, Values } from "./head.js";

export interface BatchNorm extends Pick<Head, "parameters" | "buffers"> {
  /** Inference: one BatchNormalization. */
  forward(op: Ops, x: TypedValue, weights: Values): TypedValue;
  /** Training: the normalised batch, and the running statistics after it. */
  forwardTraining(op: Ops, x: TypedValue, weights: Values): { readonly y: TypedValue; readonly buffers: Values };
}

const epsilon = 1e-5;
/** PyTorch's `momentum`. */
const share = 0.1;
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
      const running = { mean: w[runningMean]!, variance: w[runningVariance]! };
      const norm = { scale: w[weight]!, bias: w[bias]!, running };
      const trained = normaliseBatch(op, x, norm, { epsilon, share });
      return {
        y: trained.y,
        buffers: { [runningMean]: trained.running.mean, [runningVariance]: trained.running.variance },
      };
    },
  };
}
