// Weight decay: how much, and of which parameters.
import { invalidArgument } from "../errors.js";
import type { Dim } from "../onnx/graph.js";

export interface WeightDecay {
  readonly weightDecay: number;
  /** Whether biases and the scales of norms decay as well. */
  readonly decayBiasAndNorm: boolean;
}

/**
 * Whether a parameter of this shape decays. Biases and the scales of norms are told by their shape, a vector: at most one
 * of its dimensions is more than 1. Decay is there to keep large layers from overfitting; vectors hold too few numbers to
 * do so, and to pull a norm's scale towards 0 shrinks the signal itself (He et al., arXiv 1812.01187, "no bias decay").
 */
export const decays = (shape: readonly Dim[], { weightDecay, decayBiasAndNorm }: WeightDecay): boolean =>
  weightDecay > 0 && (decayBiasAndNorm || shape.filter((size) => size !== 1).length > 1);

/** @throws RegraftError "invalid-argument" */
export function checkWeightDecay({ weightDecay, decayBiasAndNorm }: WeightDecay): void {
  if (!(Number.isFinite(weightDecay) && weightDecay >= 0))
    throw invalidArgument("optimizer.weightDecay", "a number of at least 0", weightDecay);
  if (typeof decayBiasAndNorm !== "boolean")
    throw invalidArgument("optimizer.decayBiasAndNorm", "true or false", decayBiasAndNorm);
}
