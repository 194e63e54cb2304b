// The operators that regraft writes or differentiates, as data: input names in ONNX's spelling and order, attributes
// with their defaults, at opset 18.
import type { DType } from "../tensor.js";

/** "C?" is an optional input, "inputs..." a variadic one. */
export interface OperatorSchema {
  readonly inputs: readonly string[];
  readonly attributes: Readonly<Record<string, AttributeSchema>>;
  /** Present where there are as many outputs as are asked for. */
  readonly outputs?: "variadic";
}

/** `value` is the default: undefined where the attribute must be given, null where it may be absent. */
export interface AttributeSchema {
  readonly type: keyof AttributeValues;
  readonly value: unknown;
}

export interface AttributeValues {
  FLOAT: number;
  INT: number;
  INTS: readonly number[];
  STRING: string;
  /** Written as the INT that ONNX numbers the type by. */
  DTYPE: DType;
}

const float = (value: number) => ({ type: "FLOAT", value }) as const;
const int = (value: number) => ({ type: "INT", value }) as const;
const string = (value: string) => ({ type: "STRING", value }) as const;
const required = <T extends keyof AttributeValues>(type: T) => ({ type, value: undefined }) as const;
const optional = <T extends keyof AttributeValues>(type: T) => ({ type, value: null }) as const;

const none = {} as const;
const reduction = { keepdims: int(1), noop_with_empty_axes: int(0) } as const;
// Left out, these are 1 and 0 along every axis of space. `auto_pad` is gone, see passes/auto-pad.ts.
const sliding = { pads: optional("INTS"), strides: optional("INTS") } as const;
const convolution = {
  ...sliding,
  dilations: optional("INTS"),
  group: int(1),
  kernel_shape: optional("INTS"),
} as const;

const unary = (input: "X" | "input") => ({ inputs: [input], attributes: none }) as const;
const binary = (first: "A" | "X", second: "B" | "Y") => ({ inputs: [first, second], attributes: none }) as const;
const variadic = { inputs: ["data_0..."], attributes: none } as const;
const reduce = { inputs: ["data", "axes?"], attributes: reduction } as const;

export const operators = {
  Abs: unary("X"),
  Add: binary("A", "B"),
  AveragePool: {
    inputs: ["X"],
    attributes: { ...sliding, ceil_mode: int(0), count_include_pad: int(0), kernel_shape: required("INTS") },
  },
  // Inference: what training mode has besides, regraft writes in primitive operators.
  BatchNormalization: {
    inputs: ["X", "scale", "B", "input_mean", "input_var"],
    attributes: { epsilon: float(1e-5) },
  },
  Cast: { inputs: ["input"], attributes: { to: required("DTYPE") } },
  Clip: { inputs: ["input", "min?", "max?"], attributes: none },
  Concat: { inputs: ["inputs..."], attributes: { axis: required("INT") } },
  Conv: { inputs: ["X", "W", "B?"], attributes: convolution },
  ConvTranspose: {
    inputs: ["X", "W", "B?"],
    attributes: { ...convolution, output_padding: optional("INTS"), output_shape: optional("INTS") },
  },
  DepthToSpace: { inputs: ["input"], attributes: { blocksize: required("INT"), mode: string("DCR") } },
  Div: binary("A", "B"),
  // Inference, where it does nothing.
  Dropout: { inputs: ["data", "ratio?", "training_mode?"], attributes: none },
  Einsum: { inputs: ["Inputs..."], attributes: { equation: required("STRING") } },
  Elu: { inputs: ["X"], attributes: { alpha: float(1) } },
  Equal: binary("A", "B"),
  Erf: unary("input"),
  Exp: unary("input"),
  Expand: { inputs: ["input", "shape"], attributes: none },
  Flatten: { inputs: ["input"], attributes: { axis: int(1) } },
  Gather: { inputs: ["data", "indices"], attributes: { axis: int(0) } },
  Gemm: {
    inputs: ["A", "B", "C?"],
    attributes: { alpha: float(1), beta: float(1), transA: int(0), transB: int(0) },
  },
  GlobalAveragePool: unary("X"),
  GlobalMaxPool: unary("X"),
  Greater: binary("A", "B"),
  GreaterOrEqual: binary("A", "B"),
  HardSigmoid: { inputs: ["X"], attributes: { alpha: float(0.2), beta: float(0.5) } },
  HardSwish: unary("X"),
  Identity: unary("input"),
  InstanceNormalization: { inputs: ["input", "scale", "B"], attributes: { epsilon: float(1e-5) } },
  LayerNormalization: { inputs: ["X", "Scale", "B?"], attributes: { axis: int(-1), epsilon: float(1e-5) } },
  LeakyRelu: { inputs: ["X"], attributes: { alpha: float(0.01) } },
  Less: binary("A", "B"),
  LessOrEqual: binary("A", "B"),
  Log: unary("input"),
  LogSoftmax: { inputs: ["input"], attributes: { axis: int(-1) } },
  MatMul: binary("A", "B"),
  Max: variadic,
  MaxPool: {
    inputs: ["X"],
    attributes: { ...sliding, ceil_mode: int(0), dilations: optional("INTS"), kernel_shape: required("INTS") },
  },
  Mean: variadic,
  Min: variadic,
  Mish: unary("X"),
  Mul: binary("A", "B"),
  Neg: unary("X"),
  OneHot: { inputs: ["indices", "depth", "values"], attributes: { axis: int(-1) } },
  PRelu: { inputs: ["X", "slope"], attributes: none },
  Pad: { inputs: ["data", "pads", "constant_value?", "axes?"], attributes: { mode: string("constant") } },
  Pow: binary("X", "Y"),
  Reciprocal: unary("X"),
  ReduceL2: reduce,
  ReduceMax: reduce,
  ReduceMean: reduce,
  ReduceProd: reduce,
  ReduceSum: reduce,
  Relu: unary("X"),
  Reshape: { inputs: ["data", "shape"], attributes: { allowzero: int(0) } },
  Resize: {
    inputs: ["X", "roi?", "scales?", "sizes?"],
    attributes: {
      antialias: int(0),
      axes: optional("INTS"),
      coordinate_transformation_mode: string("half_pixel"),
      cubic_coeff_a: float(-0.75),
      exclude_outside: int(0),
      extrapolation_value: float(0),
      keep_aspect_ratio_policy: string("stretch"),
      mode: string("nearest"),
      nearest_mode: string("round_prefer_floor"),
    },
  },
  Shape: { inputs: ["data"], attributes: { start: int(0), end: optional("INT") } },
  Sigmoid: unary("X"),
  Sign: unary("input"),
  Slice: { inputs: ["data", "starts", "ends", "axes?", "steps?"], attributes: none },
  Softmax: { inputs: ["input"], attributes: { axis: int(-1) } },
  Softplus: unary("X"),
  SpaceToDepth: { inputs: ["input"], attributes: { blocksize: required("INT") } },
  Split: {
    inputs: ["input", "split?"],
    attributes: { axis: int(0), num_outputs: optional("INT") },
    outputs: "variadic",
  },
  Sqrt: unary("X"),
  Squeeze: { inputs: ["data", "axes?"], attributes: none },
  Sub: binary("A", "B"),
  Sum: variadic,
  Tanh: unary("input"),
  Tile: { inputs: ["input", "repeats"], attributes: none },
  Transpose: { inputs: ["data"], attributes: { perm: optional("INTS") } },
  Unsqueeze: { inputs: ["data", "axes"], attributes: none },
  Where: { inputs: ["condition", "X", "Y"], attributes: none },
} as const satisfies Record<string, OperatorSchema>;

/** Inputs that have a type of their own; all others of an operator share one. */
export const ownTypes = {
  axes: "int64",
  condition: "bool",
  ends: "int64",
  indices: "int64",
  pads: "int64",
  ratio: "float32",
  repeats: "int64",
  roi: "float32",
  scales: "float32",
  shape: "int64",
  sizes: "int64",
  split: "int64",
  starts: "int64",
  steps: "int64",
  training_mode: "bool",
} as const satisfies Readonly<Record<string, DType>>;
