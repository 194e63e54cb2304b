// The gradient rules that heads and losses are made of: all that training on cached features takes.
import type { OpType } from "../../onnx/schema.js";
import { BatchNormalization } from "./batch-normalization.js";
import type { GradientRule } from "./define.js";
import { Abs, Add, Cast, Div, Exp, Identity, Log, Mul, Neg, Pow, Sqrt, Sub, Where } from "./elementwise.js";
import { Gemm } from "./gemm.js";
import { Relu, Softplus } from "./head-activations.js";
import { MatMul } from "./matmul.js";
import { ReduceMean, ReduceSum } from "./reduction.js";
import { LogSoftmax } from "./softmax.js";
import { Greater, Shape } from "./stepwise.js";

export const headGradients = {
  Abs,
  Add,
  BatchNormalization,
  Cast,
  Div,
  Exp,
  Gemm,
  Greater,
  Identity,
  Log,
  LogSoftmax,
  MatMul,
  Mul,
  Neg,
  Pow,
  ReduceMean,
  ReduceSum,
  Relu,
  Shape,
  Softplus,
  Sqrt,
  Sub,
  Where,
} as const satisfies { readonly [O in OpType]?: GradientRule<O> };
