// What an optimizer is: the update of one parameter, as graph. Rates are values, so a schedule never rebuilds a graph.
import type { Ops } from "../onnx/builder.js";
import type { TypedValue } from "../onnx/shapes/dims.js";

export interface Optimizer {
  /** State kept per parameter, zero at first, by PyTorch's names: in the parameter's shape, or a single number. */
  readonly slots: Readonly<Record<string, "like" | "scalar">>;
  /** What `momentum` is unless a schedule says otherwise. */
  readonly momentum: number;
  step(scope: ParameterStep): { readonly parameter: TypedValue; readonly slots: Slots };
}

export interface ParameterStep {
  readonly op: Ops;
  readonly parameter: TypedValue;
  readonly gradient: TypedValue;
  /** Learning rate and momentum of this step: scalars. */
  readonly lr: TypedValue;
  readonly momentum: TypedValue;
  /** A factor on the rate that makes up for the scale of this parameter's gradient, see `Training`. */
  readonly rate?: TypedValue | undefined;
  readonly slots: Slots;
}

/** By the names of `Optimizer.slots`. */
export type Slots = Readonly<Record<string, TypedValue>>;
