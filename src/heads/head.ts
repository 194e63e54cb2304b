// What a head is: parameters, and a graph from features to logits. Attaching one is calling `forward`.
import type { Ops } from "../onnx/builder.js";
import type { TypedValue } from "../onnx/shapes.js";
import type { Tensor } from "../tensor.js";

export interface Head {
  /** Initial values by parameter name. */
  readonly parameters: Readonly<Record<string, Tensor<"float32">>>;
  /** Features [N, F] to raw logits [N, classes]; `parameters` by the same names. */
  forward(op: Ops, features: TypedValue, parameters: Readonly<Record<string, TypedValue>>): TypedValue;
}
