// A head for values: what it gives is in the values' own units, what it learns is of mean 0 and deviation 1.
import type { Ops } from "../onnx/builder.js";
import type { TypedValue } from "../onnx/shapes/dims.js";
import { float32 } from "../tensor.js";
import type { Head } from "./head.js";

/** Of each value, over the photos to train on. */
export interface Units {
  readonly means: readonly number[];
  readonly deviations: readonly number[];
}

/** The head, its outputs z as means + deviations·z: a linear one, which starts at zero, starts by saying the means. */
export function inUnits(head: Head, { means, deviations }: Units): Head {
  const scaled = (op: Ops, z: TypedValue): TypedValue =>
    op.Add(
      op.Mul(z, op.constant("classifier.deviations", float32([deviations.length], deviations))),
      op.constant("classifier.means", float32([means.length], means)),
    );
  return {
    ...head,
    forward: (op, features, weights) => scaled(op, head.forward(op, features, weights)),
    forwardTraining: (...args) => {
      const training = head.forwardTraining(...args);
      return { ...training, logits: scaled(args[0], training.logits) };
    },
  };
}
