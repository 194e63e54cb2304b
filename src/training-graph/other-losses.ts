// Losses of photos with any number of labels, and of values. Logits and targets [N, width]; means are over all N·width.
import type { Ops } from "../onnx/builder.js";
import type { TypedValue } from "../onnx/shapes/dims.js";
import { float32 } from "../tensor.js";
import type { Loss, LossSum } from "./loss.js";

/**
 * Binary cross-entropy as PyTorch's BCEWithLogitsLoss with `pos_weight` p, the mean of
 * -(p·y·log σ(x) + (1 - y)·log(1 - σ(x))) = (1 - y)·x + (1 + (p - 1)·y)·log(1 + exp -x).
 * @param posWeights one for each label; undefined: all 1.
 */
export const binaryCrossEntropy = (labels: number, posWeights: readonly number[] | undefined): Loss => ({
  targets: { dtype: "float32", width: labels },
  of: (op, logits, targets) => {
    // Softplus: it has its right slope at 0, where a linear head starts, as max and abs have not.
    const missed = op.Softplus(op.Neg(logits));
    const weights = posWeights?.map((weight) => weight - 1);
    const weighted = weights
      ? op.Mul(op.Add(op.Mul(targets, op.constant("pos_weights", float32([labels], weights))), 1), missed)
      : missed;
    return meanOf(op, op.Add(op.Mul(op.Sub(1, targets), logits), weighted), labels);
  },
});

/**
 * Squared errors, the mean of ((x - y) / s)²: in units of the values' standard deviation s, so that rates mean the same whatever
 * is measured.
 * @param deviations one for each value.
 */
export const squaredError = (deviations: readonly number[]): Loss => ({
  targets: { dtype: "float32", width: deviations.length },
  of: (op, logits, targets) => {
    const error = standardised(op, op.Sub(logits, targets), deviations);
    return meanOf(op, op.Mul(error, error), deviations.length);
  },
});

/** Absolute errors, the mean of |x - y| / s. */
export const absoluteError = (deviations: readonly number[]): Loss => ({
  targets: { dtype: "float32", width: deviations.length },
  of: (op, logits, targets) =>
    meanOf(op, op.Abs(standardised(op, op.Sub(logits, targets), deviations)), deviations.length),
});

/**
 * Huber's loss as PyTorch's HuberLoss of errors e in standard deviations, the mean of e²/2 where |e| ≤ δ, else δ·(|e| - δ/2):
 * photos whose values are far off pull no harder than others.
 */
export const huberLoss = (deviations: readonly number[], delta: number): Loss => ({
  targets: { dtype: "float32", width: deviations.length },
  of: (op, logits, targets) => {
    const size = op.Abs(standardised(op, op.Sub(logits, targets), deviations));
    const straight = op.Mul(op.Sub(size, delta / 2), delta);
    const curved = op.Mul(op.Mul(size, size), 0.5);
    return meanOf(op, op.Where(op.Greater(size, delta), straight, curved), deviations.length);
  },
});

const standardised = (op: Ops, errors: TypedValue, deviations: readonly number[]): TypedValue =>
  op.Div(errors, op.constant("deviations", float32([deviations.length], deviations)));

function meanOf(op: Ops, losses: TypedValue, width: number): LossSum {
  const photos = op.Cast(op.Gather(op.Shape(losses), 0), { to: "float32" });
  return { total: op.ReduceSum(losses, undefined, { keepdims: 0 }), weight: op.Mul(photos, width) };
}
