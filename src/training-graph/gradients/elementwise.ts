// Rules of arithmetic and functions element by element.
import type { Ops } from "../../onnx/builder.js";
import { knownNumbers, type TypedValue } from "../../onnx/shapes/dims.js";
import { broadcasting, sumTo } from "./broadcasting.js";
import { defineGradient } from "./define.js";

export const Add = broadcasting({ A: ({ dY }) => dY, B: ({ dY }) => dY });

export const Sub = defineGradient("Sub", {
  A: ({ op, A, dY }) => sumTo(op, dY, A),
  B: ({ op, B, dY }) => op.Neg(sumTo(op, dY, B)),
});

export const Mul = broadcasting({ A: ({ op, B, dY }) => op.Mul(dY, B), B: ({ op, A, dY }) => op.Mul(dY, A) });

export const Div = broadcasting({
  A: ({ op, B, dY }) => op.Div(dY, B),
  // d(A/B)/dB = -A/B² = -Y/B
  B: ({ op, B, Y, dY }) => op.Neg(op.Mul(dY, op.Div(Y, B))),
});

export const Sum = defineGradient("Sum", {
  data_0: ({ op, data_0, dY }, index) => sumTo(op, dY, data_0[index]!),
});

export const Mean = defineGradient("Mean", {
  data_0: ({ op, data_0, dY }, index) => sumTo(op, op.Div(dY, data_0.length), data_0[index]!),
});

export const Neg = defineGradient("Neg", { X: ({ op, dY }) => op.Neg(dY) });

// 0 at 0, as in PyTorch. Not by Sign, which WebGPU lacks.
export const Abs = defineGradient("Abs", {
  X: ({ op, X, dY }) => op.Where(op.Greater(X, 0), dY, op.Where(op.Less(X, 0), op.Neg(dY), 0)),
});

export const Exp = defineGradient("Exp", { input: ({ op, Y, dY }) => op.Mul(dY, Y) });

export const Log = defineGradient("Log", { input: ({ op, input, dY }) => op.Div(dY, input) });

// d√X/dX = 1/(2√X)
export const Sqrt = defineGradient("Sqrt", { X: ({ op, Y, dY }) => op.Div(dY, op.Mul(Y, 2)) });

// d(1/X)/dX = -1/X²
export const Reciprocal = defineGradient("Reciprocal", { X: ({ op, Y, dY }) => op.Neg(op.Mul(dY, op.Mul(Y, Y))) });

// d erf(X)/dX = 2/√π · exp(-X²)
export const Erf = defineGradient("Erf", {
  input: ({ op, input, dY }) => op.Mul(dY, op.Mul(op.Exp(op.Neg(op.Mul(input, input))), 2 / Math.sqrt(Math.PI))),
});

export const Pow = defineGradient("Pow", {
  X: ({ op, X, Y, dY }) => sumTo(op, op.Mul(dY, slopeByBase(op, X, Y)), X),
  // d X^Y/dY = X^Y·log X; 0 where X is 0, as in PyTorch, and where X is negative, so that there is no such thing.
  Y: ({ op, X, Y, dY }) => sumTo(op, op.Mul(dY, op.Where(op.Greater(X, 0), op.Mul(op.Pow(X, Y), op.Log(X)), 0)), Y),
});

/** d X^Y/dX = Y·X^(Y-1); 0 where Y is, even at X = 0. */
function slopeByBase(op: Ops, X: TypedValue, Y: TypedValue): TypedValue {
  const known = knownNumbers(Y);
  // Squares are by far the most frequent powers: they shall not cost another Pow.
  if (known?.length === 1 && known[0] === 2) return op.Mul(X, 2);
  // The exponent may be an integer.
  const exponent = op.Cast(Y, { to: X.dtype });
  return op.Where(op.Equal(exponent, 0), 0, op.Mul(exponent, op.Pow(X, op.Sub(exponent, 1))));
}

export const Where = defineGradient("Where", {
  X: ({ op, condition, X, dY }) => sumTo(op, op.Where(condition, dY, 0), X),
  Y: ({ op, condition, Y, dY }) => sumTo(op, op.Where(condition, 0, dY), Y),
});

export const Identity = defineGradient("Identity", { input: ({ dY }) => dY });

export const Cast = defineGradient("Cast", { input: ({ op, input, dY }) => op.Cast(dY, { to: input.dtype }) });

// In inference it does nothing.
export const Dropout = defineGradient("Dropout", { data: ({ dY }) => dY });
