// Rules of activations. By Y rather than X where it can be: the next layer keeps Y anyway, X may then be forgotten.
import type { Operand, Ops } from "../../onnx/builder.js";
import type { TypedValue } from "../../onnx/shapes/dims.js";
import { sumTo } from "./broadcasting.js";
import { defineGradient, type Scope } from "./define.js";

// alpha·dY at 0, as in PyTorch.
export const LeakyRelu = defineGradient("LeakyRelu", {
  X: (scope) => {
    const { op, dY, attributes } = scope;
    return op.Where(isPositive(scope), dY, op.Mul(dY, attributes.alpha));
  },
});

// slope [1], [C, 1, 1], …: whatever broadcasts to X.
export const PRelu = defineGradient("PRelu", {
  X: ({ op, X, slope, dY }) => op.Where(op.Greater(X, 0), dY, op.Mul(dY, slope)),
  slope: ({ op, X, slope, dY }) => sumTo(op, op.Where(op.Greater(X, 0), 0, op.Mul(dY, X)), slope),
});

// Where X ≤ 0, Y = alpha·(exp(X) - 1), so its slope is alpha·exp(X) = Y + alpha.
export const Elu = defineGradient("Elu", {
  X: (scope) => {
    const { op, Y, dY, attributes } = scope;
    return op.Where(isPositive(scope), dY, op.Mul(dY, op.Add(Y, attributes.alpha)));
  },
});

/** Whether X is: Y has its sign unless alpha, against all custom, is negative. */
const isPositive = ({ op, X, Y, attributes: { alpha } }: Scope<"Elu"> | Scope<"LeakyRelu">): TypedValue =>
  op.Greater(alpha < 0 ? X : Y, 0);

// The bounds are constants of the network. At them the gradient is 0, as in PyTorch's ReLU6 and Hardtanh, of which
// exporters make Clip. (torch.clamp, of which they make it too, passes it on there; that would take X.)
export const Clip = defineGradient("Clip", {
  input: ({ op, min, max, Y, dY }) => between(op, Y, min, max, dY),
});

// Y = alpha·X + beta, clipped to 0…1
export const HardSigmoid = defineGradient("HardSigmoid", {
  X: ({ op, Y, dY, attributes: { alpha } }) => between(op, Y, 0, 1, op.Mul(dY, alpha)),
});

/** `gradient` where `low` < Y < `high`, elsewhere 0. */
function between(
  op: Ops,
  Y: TypedValue,
  low: Operand | undefined,
  high: Operand | undefined,
  gradient: TypedValue,
): TypedValue {
  const above = low === undefined ? gradient : op.Where(op.Greater(Y, low), gradient, 0);
  return high === undefined ? above : op.Where(op.Less(Y, high), above, 0);
}

// Y = 0 up to -3, X from 3 on, between them X·(X + 3)/6. At ±3 the gradient is that of the outer parts, as in PyTorch.
export const HardSwish = defineGradient("HardSwish", {
  X: ({ op, X, dY }) => {
    const inner = op.Mul(dY, op.Add(op.Div(X, 3), 0.5));
    return op.Where(op.Less(X, 3), op.Where(op.Greater(X, -3), inner, 0), dY);
  },
});

export const Sigmoid = defineGradient("Sigmoid", {
  X: ({ op, Y, dY }) => op.Mul(dY, op.Mul(Y, op.Sub(1, Y))),
});

export const Tanh = defineGradient("Tanh", {
  input: ({ op, Y, dY }) => op.Mul(dY, op.Sub(1, op.Mul(Y, Y))),
});

// Y = X·T with T = tanh(softplus(X)), so dY/dX = T + X·(1 - T²)·sigmoid(X).
export const Mish = defineGradient("Mish", {
  X: ({ op, X, dY }) => {
    const T = op.Tanh(op.Softplus(X));
    const bend = op.Mul(op.Mul(X, op.Sub(1, op.Mul(T, T))), op.Sigmoid(X));
    return op.Mul(dY, op.Add(T, bend));
  },
});
