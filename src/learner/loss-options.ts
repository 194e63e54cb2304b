// The option `loss`: what training makes small.
import { checkFields, isObject } from "../arguments.js";
import { invalidArgument } from "../errors.js";
import type { ClassWeights, LearnerSpec } from "./border/spec.js";

export interface CrossEntropyLoss {
  readonly name: "cross-entropy";
  /** In [0, 1): the part of the target spread over all classes; default 0. */
  readonly labelSmoothing?: number;
  /** Weights by class name, or "balanced" to let every class count alike; default: all 1. */
  readonly classWeights?: ClassWeights;
}

/** @throws RegraftError "invalid-argument" */
export function lossOf(loss: "cross-entropy" | CrossEntropyLoss = "cross-entropy"): LearnerSpec["loss"] {
  const given = typeof loss === "string" ? { name: loss } : loss;
  const known = { name: true, labelSmoothing: true, classWeights: true } as const;
  const { name, labelSmoothing = 0, classWeights } = checkFields<CrossEntropyLoss>("loss", given, known);
  if (name !== "cross-entropy") throw invalidArgument("loss", '"cross-entropy"', name);
  if (!(Number.isFinite(labelSmoothing) && labelSmoothing >= 0 && labelSmoothing < 1))
    throw invalidArgument("loss.labelSmoothing", "a number in [0, 1)", labelSmoothing);
  if (classWeights !== undefined && classWeights !== "balanced" && !isObject(classWeights))
    throw invalidArgument("loss.classWeights", '"balanced" or weights by class name', classWeights);
  return { labelSmoothing, classWeights };
}
