// Rules of the activations that heads and losses have.
import { defineGradient } from "./define.js";

export const Relu = defineGradient("Relu", { X: ({ op, Y, dY }) => op.Where(op.Greater(Y, 0), dY, 0) });

// Y = log(1 + exp X)
export const Softplus = defineGradient("Softplus", { X: ({ op, X, dY }) => op.Mul(dY, op.Sigmoid(X)) });
