// Losses as graph, from logits and labels to a sum and the weight to divide it by.
import type { Ops } from "../onnx/builder.js";
import type { TypedValue } from "../onnx/shapes/dims.js";
import { float32, int32 } from "../tensor.js";

/** Both scalar: the mean loss is total / weight. Kept apart so that the mean over several batches is exact. */
export interface Loss {
  readonly total: TypedValue;
  readonly weight: TypedValue;
}

export type LossFunction = (op: Ops, logits: TypedValue, labels: TypedValue) => Loss;

export interface CrossEntropyOptions {
  readonly classes: number;
  /** ε in [0, 1): the target becomes 1 - ε + ε/C for the true class and ε/C for the others. */
  readonly labelSmoothing: number;
  /** One weight per class; undefined: all 1. */
  readonly classWeights: readonly number[] | undefined;
}

/**
 * Softmax cross-entropy as PyTorch's CrossEntropyLoss with `label_smoothing` and `weight`, reduction "mean":
 * Σᵢ Σ_c w_c·q_ic·(-log softmax(logits)_ic) / Σᵢ w_yᵢ. Logits [N, C], labels int32 [N].
 */
export const crossEntropy =
  ({ classes, labelSmoothing, classWeights }: CrossEntropyOptions): LossFunction =>
  (op, logits, labels) => {
    const off = labelSmoothing / classes;
    const depth = op.constant("classes", int32([], [classes]));
    const targets = op.OneHot(labels, depth, op.constant("targets", float32([2], [off, 1 - labelSmoothing + off])));
    const weights = op.constant("class_weights", float32([classes], classWeights ?? Array(classes).fill(1)));
    const weighted = classWeights ? op.Mul(targets, weights) : targets;
    return {
      total: op.Neg(op.ReduceSum(op.Mul(weighted, op.LogSoftmax(logits)), undefined, { keepdims: 0 })),
      weight: op.ReduceSum(op.Gather(weights, labels), undefined, { keepdims: 0 }),
    };
  };
