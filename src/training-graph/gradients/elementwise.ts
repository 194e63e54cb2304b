// Rules of operators that work element by element.
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

export const Neg = defineGradient("Neg", { X: ({ op, dY }) => op.Neg(dY) });

export const Exp = defineGradient("Exp", { input: ({ op, Y, dY }) => op.Mul(dY, Y) });

export const Identity = defineGradient("Identity", { input: ({ dY }) => dY });

// d√X/dX = 1/(2√X)
export const Sqrt = defineGradient("Sqrt", { X: ({ op, Y, dY }) => op.Div(dY, op.Mul(Y, 2)) });

// d(1/X)/dX = -1/X²
export const Reciprocal = defineGradient("Reciprocal", { X: ({ op, Y, dY }) => op.Neg(op.Mul(dY, op.Mul(Y, Y))) });

// Y rather than X: the next layer keeps Y anyway.
export const Relu = defineGradient("Relu", { X: ({ op, Y, dY }) => op.Where(op.Greater(Y, 0), dY, 0) });

export const Where = defineGradient("Where", {
  X: ({ op, condition, X, dY }) => sumTo(op, op.Where(condition, dY, 0), X),
  Y: ({ op, condition, Y, dY }) => sumTo(op, op.Where(condition, 0, dY), Y),
});
