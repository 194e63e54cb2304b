// Types and shapes of what the builder emits, a function per operator. Graphs from files do not pass through here: their
// shapes come from running them. A batch may be symbolic; ranks are known.
import type { Value } from "../graph.js";
import type { Attributes, OpType } from "../schema.js";
import { type Operands, typed, type ValueType } from "./dims.js";
import { broadcast, cast, compared, power, same, where } from "./elementwise.js";
import {
  concatenated,
  depthToSpace,
  expanded,
  flattened,
  gathered,
  padded,
  parts,
  reshaped,
  sizesOf,
  sliced,
  spaceToDepth,
  squeezed,
  tiled,
  transposed,
  unsqueezed,
} from "./movement.js";
import { gemm, matMul, oneHot, reduced, summed } from "./products.js";
import { conv, convTranspose, globallyPooled, pooled, resized } from "./windows.js";

type Infer<O extends OpType> = (inputs: Operands, attributes: Attributes<O>) => ValueType | readonly ValueType[];

const infer: { readonly [O in OpType]: Infer<O> } = {
  Abs: same,
  Add: broadcast,
  AveragePool: pooled,
  BatchNormalization: same,
  Cast: cast,
  Clip: same,
  Concat: concatenated,
  Conv: conv,
  ConvTranspose: convTranspose,
  DepthToSpace: depthToSpace,
  Div: broadcast,
  Dropout: same,
  Einsum: summed,
  Elu: same,
  Equal: compared,
  Erf: same,
  Exp: same,
  Expand: expanded,
  Flatten: flattened,
  Gather: gathered,
  Gemm: gemm,
  GlobalAveragePool: globallyPooled,
  GlobalMaxPool: globallyPooled,
  Greater: compared,
  GreaterOrEqual: compared,
  HardSigmoid: same,
  HardSwish: same,
  Identity: same,
  InstanceNormalization: same,
  LayerNormalization: same,
  LeakyRelu: same,
  Less: compared,
  LessOrEqual: compared,
  Log: same,
  LogSoftmax: same,
  MatMul: matMul,
  Max: broadcast,
  MaxPool: pooled,
  Mean: broadcast,
  Min: broadcast,
  Mish: same,
  Mul: broadcast,
  Neg: same,
  OneHot: oneHot,
  PRelu: same,
  Pad: padded,
  Pow: power,
  Reciprocal: same,
  ReduceL2: reduced,
  ReduceMax: reduced,
  ReduceMean: reduced,
  ReduceProd: reduced,
  ReduceSum: reduced,
  Relu: same,
  Reshape: reshaped,
  Resize: resized,
  Shape: sizesOf,
  Sigmoid: same,
  Sign: same,
  Slice: sliced,
  Softmax: same,
  Softplus: same,
  SpaceToDepth: spaceToDepth,
  Split: parts,
  Sqrt: same,
  Squeeze: squeezed,
  Sub: broadcast,
  Sum: broadcast,
  Tanh: same,
  Tile: tiled,
  Transpose: transposed,
  Unsqueeze: unsqueezed,
  Where: where,
};

/** One type per output. */
export function inferTypes<O extends OpType>(
  opType: O,
  inputs: readonly (Value | undefined)[],
  attributes: Attributes<O>,
): readonly ValueType[] {
  for (const input of inputs) if (input) typed(input);
  const types = (infer[opType] as Infer<O>)(inputs as Operands, attributes);
  // Of a value, its type alone.
  return [types].flat().map(({ dtype, shape }) => ({ dtype, shape }));
}
