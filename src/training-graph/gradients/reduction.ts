// Rules of reductions: what was summed gets the sum's gradient, repeated.
import type { TypedValue } from "../../onnx/shapes.js";
import { defineGradient, type Scope } from "./define.js";

type Reduction = Pick<Scope<"ReduceMean">, "op" | "data" | "axes" | "dY" | "attributes">;

export const ReduceSum = defineGradient("ReduceSum", {
  data: (scope) => (isIdentity(scope) ? scope.dY : repeated(scope, scope.dY)),
});

export const ReduceMean = defineGradient("ReduceMean", {
  data: (scope) => (isIdentity(scope) ? scope.dY : repeated(scope, scope.op.Div(scope.dY, count(scope)))),
});

const isOverAll = ({ axes }: Reduction): boolean => !axes || axes.shape[0] === 0;

const isIdentity = (scope: Reduction): boolean => isOverAll(scope) && scope.attributes.noop_with_empty_axes === 1;

/** `gradient`, in the output's shape, over all of `data`. */
function repeated(scope: Reduction, gradient: TypedValue): TypedValue {
  const { op, data, axes, attributes } = scope;
  // Without keepdims it must first get its axes back; what is over all of them is a scalar, which repeats as it is.
  const isAligned = attributes.keepdims === 1 || isOverAll(scope);
  return op.Expand(isAligned ? gradient : op.Unsqueeze(gradient, axes!), op.Shape(data));
}

/** How many elements are reduced to one: computed, as a batch's size is not known before. */
function count(scope: Reduction): TypedValue {
  const { op, data, axes } = scope;
  const sizes = isOverAll(scope) ? op.Shape(data) : op.Gather(op.Shape(data), axes!);
  return op.Cast(op.ReduceProd(sizes, undefined, { keepdims: 0 }), { to: data.dtype });
}
