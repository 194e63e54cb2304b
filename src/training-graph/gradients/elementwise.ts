// Rules of operators that work element by element.
import { broadcasting } from "./broadcasting.js";
import { defineGradient } from "./define.js";

export const Mul = broadcasting({ A: ({ op, B, dY }) => op.Mul(dY, B), B: ({ op, A, dY }) => op.Mul(dY, A) });

export const Div = broadcasting({
  A: ({ op, B, dY }) => op.Div(dY, B),
  // d(A/B)/dB = -A/B² = -Y/B
  B: ({ op, B, Y, dY }) => op.Neg(op.Mul(dY, op.Div(Y, B))),
});

export const Neg = defineGradient("Neg", { X: ({ op, dY }) => op.Neg(dY) });
