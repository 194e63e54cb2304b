// Losses as graph, from logits and what they should have been to a sum and the weight to divide it by.
import type { Ops } from "../onnx/builder.js";
import type { Dim } from "../onnx/graph.js";
import type { TypedValue } from "../onnx/shapes/dims.js";
import { float32, int32 } from "../tensor.js";

/** Both scalar: the mean loss is total / weight. Kept apart so that the mean over several batches is exact. */
export interface LossSum {
  readonly total: TypedValue;
  readonly weight: TypedValue;
}

/** Of one photo: the number of its class, [], or `width` numbers. */
export type TargetForm = { readonly dtype: "int32" } | { readonly dtype: "float32"; readonly width: number };

export interface Loss {
  readonly targets: TargetForm;
  /** Of logits [N, C] and targets int32 [N] or float32 [N, width]. */
  of(op: Ops, logits: TypedValue, targets: TypedValue): LossSum;
}

/** The shape of targets of so many photos. */
export const targetShape = (targets: TargetForm, photos: Dim): readonly Dim[] =>
  targets.dtype === "int32" ? [photos] : [photos, targets.width];

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
export const crossEntropy = ({ classes, labelSmoothing, classWeights }: CrossEntropyOptions): Loss => ({
  targets: { dtype: "int32" },
  of: (op, logits, labels) => {
    const off = labelSmoothing / classes;
    const depth = op.constant("classes", int32([], [classes]));
    const targets = op.OneHot(labels, depth, op.constant("targets", float32([2], [off, 1 - labelSmoothing + off])));
    const weights = op.constant("class_weights", float32([classes], classWeights ?? Array(classes).fill(1)));
    const weighted = classWeights ? op.Mul(targets, weights) : targets;
    return {
      total: op.Neg(op.ReduceSum(op.Mul(weighted, op.LogSoftmax(logits)), undefined, { keepdims: 0 })),
      weight: op.ReduceSum(op.Gather(weights, labels), undefined, { keepdims: 0 }),
    };
  },
});

/**
 * The same for targets that are probabilities p [N, C], as of photos that are mixed:
 * Σᵢ Σ_c w_c·((1 - ε)·p_ic + ε/C)·(-log p̂_ic) / Σᵢ Σ_c w_c·p_ic, p̂ the softmax of the logits. Where nothing is mixed, as when
 * photos validate, it is `crossEntropy`, so that losses with and without mixing compare, as in fast.ai. Without class weights it is
 * PyTorch's CrossEntropyLoss of class probabilities, which with them divides by N still.
 */
export const softCrossEntropy = ({ classes, labelSmoothing, classWeights }: CrossEntropyOptions): Loss => ({
  targets: { dtype: "float32", width: classes },
  of: (op, logits, targets) => {
    const smoothed =
      labelSmoothing === 0 ? targets : op.Add(op.Mul(targets, 1 - labelSmoothing), labelSmoothing / classes);
    const weights = classWeights && op.constant("class_weights", float32([classes], classWeights));
    const weighted = weights ? op.Mul(smoothed, weights) : smoothed;
    return {
      total: op.Neg(op.ReduceSum(op.Mul(weighted, op.LogSoftmax(logits)), undefined, { keepdims: 0 })),
      weight: weights ? op.ReduceSum(op.Mul(targets, weights), undefined, { keepdims: 0 }) : photosIn(op, targets),
    };
  },
});

/** How many, as a float. */
const photosIn = (op: Ops, targets: TypedValue): TypedValue =>
  op.Cast(op.Gather(op.Shape(targets), 0), { to: "float32" });
