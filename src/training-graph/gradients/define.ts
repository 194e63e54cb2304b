// What a gradient rule is: one function per input that can receive a gradient, keyed by the input's ONNX name.
// An input without a key passes nothing on (indices, axes, statistics).
import type { Ops } from "../../onnx/builder.js";
import type { Attributes, InputName, OpType, OptionalInputName } from "../../onnx/schema.js";
import type { TypedValue } from "../../onnx/shapes.js";

/**
 * What a rule may use: the builder, the node's inputs by name, its output `Y` (unless an input bears that name, as in
 * Where), that output's gradient, its attributes.
 */
export type Scope<O extends OpType> = {
  readonly [I in InputName<O> | "Y"]: I extends OptionalInputName<O> ? TypedValue | undefined : TypedValue;
} & {
  readonly op: Ops;
  /** The gradient of the loss by the output; the output's shape. */
  readonly dY: TypedValue;
  readonly attributes: Attributes<O>;
};

/** Each function returns the gradient of the loss by its input, in that input's shape; it runs only when needed. */
export type GradientRule<O extends OpType> = { readonly [I in InputName<O>]?: (scope: Scope<O>) => TypedValue };

/** Gives a rule the types of its operator. */
export const defineGradient = <O extends OpType>(_opType: O, rule: GradientRule<O>): GradientRule<O> => rule;
