// Rules of reductions: what was reduced to one number gets that number's gradient, repeated or shared out.
import type { Operand } from "../../onnx/builder.js";
import { constants, isNumber, positive, product, type TypedValue } from "../../onnx/shapes/dims.js";
import { defineGradient, type Scope } from "./define.js";

type Reduction = Pick<Scope<"ReduceMean">, "op" | "data" | "axes" | "dY" | "attributes">;

export const ReduceSum = defineGradient("ReduceSum", {
  data: (scope) => (isIdentity(scope) ? scope.dY : repeated(scope, scope.dY)),
});

export const ReduceMean = defineGradient("ReduceMean", {
  data: (scope) => (isIdentity(scope) ? scope.dY : repeated(scope, scope.op.Div(scope.dY, count(scope)))),
});

export const ReduceMax = defineGradient("ReduceMax", {
  // Several maxima share evenly, as in PyTorch's amax, which exporters write as this operator.
  data: (scope) => {
    const { op, data, axes, Y, dY } = scope;
    if (isIdentity(scope)) return dY;
    const isMaximum = op.Cast(op.Equal(data, aligned(scope, Y)), { to: data.dtype });
    return op.Mul(isMaximum, op.Div(aligned(scope, dY), op.ReduceSum(isMaximum, axes)));
  },
});

export const ReduceL2 = defineGradient("ReduceL2", {
  // d‖x‖ = x/‖x‖; 0 where everything is zero, as PyTorch has it.
  data: (scope) => {
    const { op, data, Y, dY } = scope;
    const length = op.Where(op.Equal(Y, 0), 1, Y);
    return op.Mul(data, aligned(scope, op.Div(dY, length)));
  },
});

const isOverAll = ({ axes }: Reduction): boolean => !axes || axes.shape[0] === 0;

const isIdentity = (scope: Reduction): boolean => isOverAll(scope) && scope.attributes.noop_with_empty_axes === 1;

/** `gradient`, in the output's shape, over all of `data`. */
const repeated = (scope: Reduction, gradient: TypedValue): TypedValue =>
  scope.op.Expand(aligned(scope, gradient), scope.op.Shape(scope.data));

/** A value in the output's shape so that it broadcasts to `data`. */
function aligned(scope: Reduction, value: TypedValue): TypedValue {
  const { op, axes, attributes } = scope;
  // Without keepdims it must first get its axes back; what is over all of them is a scalar, which repeats as it is.
  return attributes.keepdims === 1 || isOverAll(scope) ? value : op.Unsqueeze(value, axes!);
}

/** How many elements are reduced to one; computed where that depends on the batch, whose size is not known before. */
function count(scope: Reduction): Operand {
  const { op, data, axes } = scope;
  const over = isOverAll(scope) ? [...data.shape.keys()] : constants(axes!).map((axis) => positive(axis, data));
  const known = product(over.map((axis) => data.shape[axis]));
  if (isNumber(known)) return known;
  const sizes = op.Gather(op.Shape(data), op.ints(...over));
  return op.Cast(op.ReduceProd(sizes, undefined, { keepdims: 0 }), { to: data.dtype });
}
