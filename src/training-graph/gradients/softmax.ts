// Softmax and its logarithm along one axis.
import { defineGradient } from "./define.js";

// dY/dX = diag(Y) - Y·Yᵀ, so dX = Y·(dY - Σ dY·Y).
export const Softmax = defineGradient("Softmax", {
  input: ({ op, Y, dY, attributes: { axis } }) => op.Mul(Y, op.Sub(dY, op.ReduceSum(op.Mul(dY, Y), op.ints(axis)))),
});

// Y = X - log Σ exp X, so dX = dY - softmax(X)·Σ dY, and softmax(X) = exp Y.
export const LogSoftmax = defineGradient("LogSoftmax", {
  input: ({ op, Y, dY, attributes: { axis } }) => op.Sub(dY, op.Mul(op.Exp(Y), op.ReduceSum(dY, op.ints(axis)))),
});
