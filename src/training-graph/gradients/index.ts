// All gradient rules. To add one: a file (or a line in its family's), a line here, cases in its test.
import type { OpType } from "../../onnx/schema.js";
import type { GradientRule } from "./define.js";
import { Div, Mul, Neg } from "./elementwise.js";
import { Gemm } from "./gemm.js";
import { ReduceSum } from "./reduction.js";
import { LogSoftmax } from "./softmax.js";

export const gradients = {
  Div,
  Gemm,
  LogSoftmax,
  Mul,
  Neg,
  ReduceSum,
} as const satisfies { readonly [O in OpType]?: GradientRule<O> };
