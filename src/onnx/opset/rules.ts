// All rules of the opset conversion, by operator. An operator that is not here means the same in all opsets that regraft
// reads, or gained only element types: the test of this table goes through ONNX's own record of every change.
import { Clip, Dropout, Gelu, Swish } from "./activations.js";
import { Attention } from "./attention.js";
import { DFT, extremum, ReduceSum, reduction, Squeeze, Unsqueeze } from "./axes.js";
import { BatchNormalization, GroupNormalization, RMSNormalization } from "./normalisation.js";
import { AveragePool, RoiAlign } from "./pooling.js";
import { Cast, CastLike, DequantizeLinear, QuantizeLinear } from "./quantization.js";
import { GridSample, Resize, Upsample } from "./resampling.js";
import { Scan, Scatter, younger } from "./retired.js";
import type { OperatorRules } from "./rule.js";
import { Pad, Slice, Split, TopK } from "./slicing.js";
import { matrixSoftmax } from "./softmax.js";

export const rules: Readonly<Record<string, OperatorRules>> = {
  AffineGrid: younger(20),
  Attention,
  AveragePool,
  BatchNormalization,
  BitCast: younger(26),
  Cast,
  CastLike,
  Clip,
  CumProd: younger(26),
  DFT,
  DeformConv: younger(19),
  DequantizeLinear,
  Dropout,
  Gelu,
  GridSample,
  GroupNormalization,
  Hardmax: matrixSoftmax,
  ImageDecoder: younger(20),
  LogSoftmax: matrixSoftmax,
  Pad,
  QuantizeLinear,
  RMSNormalization,
  ReduceL1: reduction,
  ReduceL2: reduction,
  ReduceLogSum: reduction,
  ReduceLogSumExp: reduction,
  ReduceMax: extremum,
  ReduceMean: reduction,
  ReduceMin: extremum,
  ReduceProd: reduction,
  ReduceSum,
  ReduceSumSquare: reduction,
  RegexFullMatch: younger(20),
  Resize,
  RoiAlign,
  RotaryEmbedding: younger(23),
  Scan,
  Scatter,
  Slice,
  Softmax: matrixSoftmax,
  Split,
  Squeeze,
  StringConcat: younger(20),
  StringSplit: younger(20),
  Swish,
  TensorScatter: younger(24),
  TopK,
  Unsqueeze,
  Upsample,
};
