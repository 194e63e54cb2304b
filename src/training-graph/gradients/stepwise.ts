// Operators whose results do not move when their inputs move a little: no input receives a gradient, and none is missed.
import { defineGradient } from "./define.js";

export const Equal = defineGradient("Equal", {});
export const Greater = defineGradient("Greater", {});
export const GreaterOrEqual = defineGradient("GreaterOrEqual", {});
export const Less = defineGradient("Less", {});
export const LessOrEqual = defineGradient("LessOrEqual", {});
export const Shape = defineGradient("Shape", {});
export const Sign = defineGradient("Sign", {});
