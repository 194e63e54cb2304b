// What a head is: parameters, and a graph from features to logits. Attaching one is calling `forward`.
import type { Ops } from "../onnx/builder.js";
import type { TypedValue } from "../onnx/shapes.js";
import type { Tensor } from "../tensor.js";

export interface Head {
  /** Initial values by parameter name. */
  readonly parameters: Readonly<Record<string, Tensor<"float32">>>;
  /** Factors on the learning rate by parameter name, from a batch's features [N, F]; 1 for what is not named. */
  rates?(op: Ops, features: TypedValue): Readonly<Record<string, TypedValue>>;
  /** Features [N, F] to raw logits [N, classes]; `parameters` by the same names. */
  forward(op: Ops, features: TypedValue, parameters: Readonly<Record<string, TypedValue>>): TypedValue;
}
