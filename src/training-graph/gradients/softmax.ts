// Softmax and its logarithm along one axis.
import { defineGradient } from "./define.js";

// Y = X - log Σ exp X, so dX = dY - softmax(X)·Σ dY, and softmax(X) = exp Y.
export const LogSoftmax = defineGradient("LogSoftmax", {
  input: ({ op, Y, dY, attributes: { axis } }) => op.Sub(dY, op.Mul(op.Exp(Y), op.ReduceSum(dY, op.ints(axis)))),
});
