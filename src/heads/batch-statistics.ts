// Batch normalisation while it trains: by the batch's own mean and variance, in primitive operators, as PyTorch's
// BatchNorm1d and 2d do it in training mode (Ioffe and Szegedy, arXiv 1502.03167).
import type { Ops } from "../onnx/builder.js";
import type { TypedValue } from "../onnx/shapes/dims.js";

/** Of each channel: [C]. */
export interface RunningStatistics {
  readonly mean: TypedValue;
  readonly variance: TypedValue;
}

export interface BatchNormOptions {
  readonly epsilon: number;
  /** The share that each batch has in the running statistics: PyTorch's `momentum`, 1 less ONNX's. */
  readonly share: number;
}

/**
 * Normalises x [N, C, ...] over all axes but the channels': y = (x - mean)/√(variance + ε)·scale + bias, and the running
 * statistics after this batch, to which the variance goes unbiased, n/(n - 1).
 */
export function normaliseBatch(
  op: Ops,
  x: TypedValue,
  { scale, bias, running }: { scale: TypedValue; bias: TypedValue; running: RunningStatistics },
  { epsilon, share }: BatchNormOptions,
): { readonly y: TypedValue; readonly running: RunningStatistics } {
  const space = Array.from({ length: x.shape.length - 2 }, (_, i) => i + 2);
  const overBatch = (values: TypedValue) => op.ReduceMean(values, op.ints(0, ...space));
  const mean = overBatch(x);
  const centred = op.Sub(x, mean);
  const variance = overBatch(op.Mul(centred, centred));
  const normalised = op.Div(centred, op.Sqrt(op.Add(variance, epsilon)));

  // [C] → [C, 1, 1] beside [N, C, H, W].
  const perChannel = (values: TypedValue) =>
    space.length === 0 ? values : op.Unsqueeze(values, op.ints(...space.map((axis) => axis - 1)));
  const sizes = op.Gather(op.Shape(x), op.ints(0, ...space));
  const count = op.Cast(op.ReduceProd(sizes, undefined, { keepdims: 0 }), { to: "float32" });
  const unbiased = op.Mul(variance, op.Div(count, op.Sub(count, 1)));
  // One value has no variance, and its 0/0 must not get into the statistics: they stay what they were.
  const moved = (before: TypedValue, batch: TypedValue) =>
    op.Where(
      op.Greater(count, 1),
      op.Add(op.Mul(before, 1 - share), op.Mul(op.Reshape(batch, op.ints(-1)), share)),
      before,
    );
  return {
    y: op.Add(op.Mul(normalised, perChannel(scale)), perChannel(bias)),
    running: { mean: moved(running.mean, mean), variance: moved(running.variance, unbiased) },
  };
}
