// What a gradient rule is: one function per input that can receive a gradient, keyed by the input's ONNX name.
// An input without a key passes nothing on (indices, axes, statistics).
import type { Ops } from "../../onnx/builder.js";
import type {
  Attributes,
  InputName,
  ManyOutputs,
  OpType,
  OptionalInputName,
  VariadicInputName,
} from "../../onnx/schema.js";
import type { TypedValue } from "../../onnx/shapes/dims.js";

type Input<O extends OpType, I> =
  I extends VariadicInputName<O>
    ? readonly TypedValue[]
    : I extends OptionalInputName<O>
      ? TypedValue | undefined
      : TypedValue;

/**
 * What a rule may use: the builder, the node's inputs by name (a variadic one is a list), its output `Y` (unless an input
 * bears that name, as in Where), that output's gradient, its attributes. Of an operator with several outputs, `Y` and
 * `dY` are lists; a gradient is missing where the loss does not depend on the output.
 */
export type Scope<O extends OpType> = {
  readonly [I in InputName<O>]: Input<O, I>;
} & {
  readonly [Y in Exclude<"Y", InputName<O>>]: O extends ManyOutputs ? readonly TypedValue[] : TypedValue;
} & {
  readonly op: Ops;
  /** The gradient of the loss by the output; the output's shape. */
  readonly dY: O extends ManyOutputs ? readonly (TypedValue | undefined)[] : TypedValue;
  readonly attributes: Attributes<O>;
};

/**
 * Each function returns the gradient of the loss by its input, in that input's shape; it runs only when needed. `index`
 * is the input's place in the node: of a variadic input, which one is asked for.
 */
export type GradientRule<O extends OpType> = {
  readonly [I in InputName<O>]?: (scope: Scope<O>, index: number) => TypedValue;
};

/** Gives a rule the types of its operator. */
export const defineGradient = <O extends OpType>(_opType: O, rule: GradientRule<O>): GradientRule<O> => rule;

/** What is known of a node before there is any gradient. */
export type Form<O extends OpType> = Omit<Scope<O>, "op" | "dY">;

/** Of a rule that is not for every form of its operator: whether it is for this one. */
export type Coverage<O extends OpType> = (form: Form<O>) => boolean;
