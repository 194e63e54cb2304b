// What a head is: weights, and two graphs from features to logits, one to train and one to use. To attach one is to call
// `forward`.
import type { Ops } from "../onnx/builder.js";
import type { TypedValue } from "../onnx/shapes/dims.js";
import type { Tensor } from "../tensor.js";

export interface Head {
  /** What is trained: initial values by name. */
  readonly parameters: Readonly<Record<string, Tensor<"float32">>>;
  /** Running statistics: initial values by name. Training steps change them, gradients do not. */
  readonly buffers: Readonly<Record<string, Tensor<"float32">>>;
  /** The parameters that have a row for each class. */
  readonly byClass: readonly string[];
  /** What a training step must be fed for dropout. */
  readonly masks: readonly Mask[];
  /** Features [N, F] to raw logits [N, classes]; `weights` are the parameters and buffers by their names. */
  forward(op: Ops, features: TypedValue, weights: Values): TypedValue;
  /**
   * The same as a training step sees it; `masks` uint8 [N, width] by name. Batch normalisations go by the statistics of
   * these photos, unless `norms` tells them to stay with the running ones, as where a batch is run in parts.
   */
  forwardTraining(op: Ops, features: TypedValue, weights: Values, masks: Values, norms?: Norms): Training;
}

export type Values = Readonly<Record<string, TypedValue>>;

export type Norms = "batch" | "running";

export interface Training {
  readonly logits: TypedValue;
  /** Those that the step changes, as it leaves them. */
  readonly buffers: Values;
  /** Factors on the learning rate by parameter name, for this batch; 1 for what is not named. */
  readonly rates: Values;
}

/** Values to multiply by, drawn anew for every step: 0 drops one, 1 keeps it. */
export interface Mask {
  readonly name: string;
  /** Values a photo. */
  readonly width: number;
  /** The share dropped, in [0, 1). */
  readonly rate: number;
}

/** Initial values of all that `forward` needs, by name. */
export const weightsOf = ({ parameters, buffers }: Head): Head["parameters"] => ({ ...parameters, ...buffers });
