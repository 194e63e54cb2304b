// All gradient rules. To add one: a file (or a line in its family's), a line here, cases in its test.
import type { OpType } from "../../onnx/schema.js";
import type { GradientRule } from "./define.js";
import { Add, Div, Exp, Identity, Mul, Neg, Reciprocal, Relu, Sqrt, Sub, Where } from "./elementwise.js";
import { Gemm } from "./gemm.js";
import { ReduceMean, ReduceSum } from "./reduction.js";
import { LogSoftmax } from "./softmax.js";

export const gradients = {
  Add,
  Div,
  Exp,
  Gemm,
  Identity,
  LogSoftmax,
  Mul,
  Neg,
  Reciprocal,
  ReduceMean,
  ReduceSum,
  Relu,
  Sqrt,
  Sub,
  Where,
} as const satisfies { readonly [O in OpType]?: GradientRule<O> };
