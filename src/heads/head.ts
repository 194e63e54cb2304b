// What a head is: weights, and two graphs from features to logits, one to train and one to use. To attach one is to call
// `forward`.
import type { Ops } from "../onnx/builder.js";
import type { TypedValue } from "../onnx/shapes.js";
import type { Tensor } from "../tensor.js";

export interface Head {
  /** What is trained: initial values by name. */
  readonly parameters: Readonly<Record<string, Tensor<"float32">>>;
  /** Running statistics: initial values by name. Training steps change them, gradients do not. */
  readonly buffers: Readonly<Record<string, Tensor<"float32">>>;
  /** What a training step must be fed for dropout. */
  readonly masks: readonly Mask[];
  /** Factors on the learning rate by parameter name, from a batch's features [N, F]; 1 for what is not named. */
  rates?(op: Ops, features: TypedValue): Values;
  /** Features [N, F] to raw logits [N, classes]; `weights` are the parameters and buffers by their names. */
  forward(op: Ops, features: TypedValue, weights: Values): TypedValue;
  /** The same as a training step sees it, and the buffers as the step leaves them; `masks` uint8 [N, width] by name. */
  forwardTraining(op: Ops, features: TypedValue, weights: Values, masks: Values): Training;
}

export type Values = Readonly<Record<string, TypedValue>>;

export interface Training {
  readonly logits: TypedValue;
  readonly buffers: Values;
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
