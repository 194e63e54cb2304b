// Broadcasting's adjoint is a sum. Stated once, so that the rules of Add, Mul, … state only their calculus.
import type { Ops } from "../../onnx/builder.js";
import type { TypedValue } from "../../onnx/shapes/dims.js";
import type { GradientRule, Scope } from "./define.js";

type Binary = "Add" | "Div" | "Mul";
type Derivative = (scope: Scope<Binary>) => TypedValue;

/** The rule of `Y = f(A, B)` from its partial derivatives times dY, both in dY's shape. */
export const broadcasting = (partials: { A: Derivative; B: Derivative }): GradientRule<Binary> => ({
  A: (scope) => sumTo(scope.op, partials.A(scope), scope.A),
  B: (scope) => sumTo(scope.op, partials.B(scope), scope.B),
});

/** Sums `gradient` over the axes along which `target` was repeated. */
export function sumTo(op: Ops, gradient: TypedValue, target: TypedValue): TypedValue {
  const added = gradient.shape.length - target.shape.length;
  const leading = Array.from({ length: added }, (_, axis) => axis);
  const stretched = [...target.shape.keys()]
    .filter((axis) => target.shape[axis] === 1 && gradient.shape[axis + added] !== 1)
    .map((axis) => axis + added);
  const kept = stretched.length === 0 ? gradient : op.ReduceSum(gradient, op.ints(...stretched));
  return added === 0 ? kept : op.ReduceSum(kept, op.ints(...leading), { keepdims: 0 });
}
