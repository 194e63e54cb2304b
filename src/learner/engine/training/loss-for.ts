// The loss that was asked for, on these photos: weights by name or from counts, and the units of values.
import type { PhotoSet } from "../../../datasets/photo-set.js";
import { invalidArgument } from "../../../errors.js";
import type { Units } from "../../../heads/in-units.js";
import { crossEntropy, type Loss, softCrossEntropy } from "../../../training-graph/loss.js";
import type { LossSpec } from "../../border/spec.js";
import { classWeights } from "./class-weights.js";

export interface Objective {
  readonly loss: Loss;
  /** Of values, those of the photos to train on. */
  readonly units?: Units;
}

/**
 * @param mixed whether labels are mixed, so that classes are told as probabilities.
 * @throws RegraftError "invalid-argument" for a loss of another task, and for weights as `classWeights` and `posWeights` do
 */
export async function objectiveFor(
  spec: LossSpec,
  { task, classes, photos, units: known }: PhotoSet,
  { mixed = false } = {},
): Promise<Objective> {
  const labels = photos.flatMap(({ label, split }) => (split === "train" ? [label] : []));
  if (spec.name === "cross-entropy" && task === "single-label") {
    const weights = classWeights(spec.classWeights, classes, Int32Array.from(labels as readonly number[]));
    const options = { classes: classes.length, labelSmoothing: spec.labelSmoothing, classWeights: weights };
    return { loss: (mixed ? softCrossEntropy : crossEntropy)(options) };
  }
  const lists = labels as readonly (readonly number[])[];
  const losses = await import("../../../training-graph/other-losses.js");
  if (spec.name === "bce" && task === "multi-label") {
    const { posWeights } = await import("./pos-weights.js");
    return { loss: losses.binaryCrossEntropy(classes.length, posWeights(spec.posWeights, classes, lists)) };
  }
  if (task === "regression" && spec.name !== "bce" && spec.name !== "cross-entropy") {
    const { unitsOf } = await import("./units-of.js");
    const units = known ?? unitsOf(lists);
    if (spec.name === "huber") return { loss: losses.huberLoss(units.deviations, spec.delta), units };
    return { loss: losses[spec.name === "mse" ? "squaredError" : "absoluteError"](units.deviations), units };
  }
  throw invalidArgument("loss", `a loss for ${task} data`, spec.name);
}
