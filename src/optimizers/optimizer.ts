// What an optimizer is: the update of one parameter, as graph. Rates are values, so a schedule never rebuilds a graph.
import type { Ops } from "../onnx/builder.js";
import type { TypedValue } from "../onnx/shapes.js";

export interface Optimizer {
  /** State kept per parameter, each in the parameter's shape and zero at first. */
  readonly slots: readonly string[];
  /** The momentum it runs at unless a schedule says otherwise. */
  readonly momentum: number;
  step(scope: {
    readonly op: Ops;
    readonly parameter: TypedValue;
    readonly gradient: TypedValue;
    /** Learning rate and momentum of this step: scalars. */
    readonly lr: TypedValue;
    readonly momentum: TypedValue;
    /** In the order of `slots`. */
    readonly slots: readonly TypedValue[];
  }): { readonly parameter: TypedValue; readonly slots: readonly TypedValue[] };
}
