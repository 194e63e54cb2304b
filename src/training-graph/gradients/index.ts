// All gradient rules. To add one: a file (or a line in its family's), a line here, cases in its test.
import type { OpType } from "../../onnx/schema.js";
import { Clip, Elu, HardSigmoid, HardSwish, LeakyRelu, Mish, PRelu, Sigmoid, Tanh } from "./activations.js";
import { AveragePool } from "./average-pool.js";
import { BatchNormalization } from "./batch-normalization.js";
import { Conv } from "./conv.js";
import { ConvTranspose } from "./conv-transpose.js";
import type { Coverage, GradientRule } from "./define.js";
import { coversEinsum, Einsum } from "./einsum.js";
import {
  Abs,
  Add,
  Cast,
  Div,
  Dropout,
  Erf,
  Exp,
  Identity,
  Log,
  Mean,
  Mul,
  Neg,
  Pow,
  Reciprocal,
  Sqrt,
  Sub,
  Sum,
  Where,
} from "./elementwise.js";
import { Max, Min } from "./extremes.js";
import { coversGather, Gather } from "./gather.js";
import { Gemm } from "./gemm.js";
import { GlobalAveragePool, GlobalMaxPool } from "./global-pool.js";
import { Relu, Softplus } from "./head-activations.js";
import { MatMul } from "./matmul.js";
import { MaxPool } from "./max-pool.js";
import {
  Concat,
  DepthToSpace,
  Expand,
  Flatten,
  Reshape,
  SpaceToDepth,
  Split,
  Squeeze,
  Transpose,
  Unsqueeze,
} from "./movement.js";
import { InstanceNormalization, LayerNormalization } from "./normalization.js";
import { coversPad, Pad } from "./pad.js";
import { ReduceL2, ReduceMax, ReduceMean, ReduceSum } from "./reduction.js";
import { coversResize, Resize } from "./resize.js";
import { coversSlice, Slice } from "./slicing.js";
import { LogSoftmax, Softmax } from "./softmax.js";
import { Equal, Greater, GreaterOrEqual, Less, LessOrEqual, Shape, Sign } from "./stepwise.js";
import { coversTile, Tile } from "./tile.js";

export const gradients = {
  Abs,
  Add,
  AveragePool,
  BatchNormalization,
  Cast,
  Clip,
  Concat,
  Conv,
  ConvTranspose,
  DepthToSpace,
  Div,
  Dropout,
  Einsum,
  Elu,
  Equal,
  Erf,
  Exp,
  Expand,
  Flatten,
  Gather,
  Gemm,
  GlobalAveragePool,
  GlobalMaxPool,
  Greater,
  GreaterOrEqual,
  HardSigmoid,
  HardSwish,
  Identity,
  InstanceNormalization,
  LayerNormalization,
  LeakyRelu,
  Less,
  LessOrEqual,
  Log,
  LogSoftmax,
  MatMul,
  Max,
  MaxPool,
  Mean,
  Min,
  Mish,
  Mul,
  Neg,
  PRelu,
  Pad,
  Pow,
  Reciprocal,
  ReduceL2,
  ReduceMax,
  ReduceMean,
  ReduceSum,
  Relu,
  Reshape,
  Resize,
  Shape,
  Sigmoid,
  Sign,
  Slice,
  Softmax,
  Softplus,
  SpaceToDepth,
  Split,
  Sqrt,
  Squeeze,
  Sub,
  Sum,
  Tanh,
  Tile,
  Transpose,
  Unsqueeze,
  Where,
} as const satisfies { readonly [O in OpType]?: GradientRule<O> };

/** Of the rules that are not for every form of their operator: whether they are for a node's. */
export const coverage = {
  Einsum: coversEinsum,
  Gather: coversGather,
  Pad: coversPad,
  Resize: coversResize,
  Slice: coversSlice,
  Tile: coversTile,
} as const satisfies { readonly [O in keyof typeof gradients]?: Coverage<O> };
