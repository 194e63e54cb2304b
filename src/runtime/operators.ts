// Which operators ONNX Runtime has kernels for, per device: those that our training graphs are made of, at the opset that
// they are in. What a device has no kernel for still runs, on the CPU, with copies from the device and back.
import type { DType } from "../tensor.js";
import type { DeviceName } from "./devices.js";

/** Versions of an operator count by the opsets that changed it: at opset 18, Add is at 14. No last one: it is open. */
type Versions = readonly [first: number, last?: number];

export interface Kernel {
  readonly versions: Versions;
  /** Element types of what it computes on, as far as our graphs have them. */
  readonly types: readonly DType[];
}

/** No kernel: the runtime puts in its place the operators that it is defined by. */
export interface Inlined {
  readonly inlined: readonly string[];
}

export type KernelList = "cpu" | "cuda" | "webgpu";

/** See `hasHostKernels`. */
const listOf = (device: DeviceName): KernelList => (device === "cuda" || device === "webgpu" ? device : "cpu");

/** undefined: neither a kernel nor a definition to put in its place. */
export type OperatorSupport = { readonly [L in KernelList]: Kernel | Inlined | undefined };

/** Whether the device itself runs the operator on values of this type. */
export function runsOn(device: DeviceName, opType: string, dtype: DType): boolean {
  if (!isListed(opType)) return false;
  const support = operatorSupport[opType][listOf(device)];
  if (!support) return false;
  return "inlined" in support
    ? support.inlined.every((part) => runsOn(device, part, dtype))
    : support.types.includes(dtype);
}

export const isListed = (opType: string): opType is keyof typeof operatorSupport =>
  Object.hasOwn(operatorSupport, opType);

const anyType: readonly DType[] = ["float32", "int32", "int64", "uint8", "bool"];
const numberTypes: readonly DType[] = ["float32", "int32", "int64"];
const floatTypes: readonly DType[] = ["float32"];
// WGSL has no int64; the provider's option to emulate it is off unless asked for.
const shaderTypes: readonly DType[] = ["float32", "int32"];

const kernel = (types: readonly DType[], ...versions: Versions): Kernel => ({ versions, types });
const inlined = (...operators: string[]): Inlined => ({ inlined: operators });

const row =
  (types: { readonly [L in KernelList]: readonly DType[] }) =>
  (...versions: Versions): { readonly [L in KernelList]: Kernel } => ({
    cpu: kernel(types.cpu, ...versions),
    cuda: kernel(types.cuda, ...versions),
    webgpu: kernel(types.webgpu, ...versions),
  });

/** The same kernel everywhere, for what is computed on floats alone, on numbers, or moved about whatever it is. */
const floats = row({ cpu: floatTypes, cuda: floatTypes, webgpu: floatTypes });
const numbers = row({ cpu: numberTypes, cuda: numberTypes, webgpu: shaderTypes });
const values = row({ cpu: anyType, cuda: anyType, webgpu: shaderTypes });

/**
 * The kernels of ONNX Runtime 1.30 that run at opset 18. `cpu`, `webgpu`: those in the libraries of onnxruntime-node
 * 1.30.0, by the symbols of the macOS library; what these leave open (element types, and on WebGPU the versions of Cast,
 * Gather, Where, Reshape, … and of the binary operators) by the sources of that time, core/providers/webgpu. `cuda`:
 * docs/OperatorKernels.md of that time.
 */
export const operatorSupport = {
  Abs: floats(13),
  Add: numbers(14),
  AveragePool: floats(11, 18),
  BatchNormalization: floats(15),
  Cast: { ...values(13, 18), webgpu: kernel(["float32", "int32", "uint8", "bool"], 13, 18) },
  Clip: floats(13),
  Concat: values(13),
  Conv: floats(11, 21),
  // WebGPU: in one and two dimensions.
  ConvTranspose: { ...floats(11), cpu: kernel(floatTypes, 11, 21) },
  DepthToSpace: floats(13),
  Div: numbers(14),
  // In inference it does nothing and is gone before kernels are looked for.
  Dropout: { ...floats(13), cpu: kernel(floatTypes, 13, 21), webgpu: undefined },
  Einsum: floats(12),
  Elu: { ...floats(6), cpu: kernel(floatTypes, 6, 21) },
  Equal: { ...numbers(13, 18), cuda: kernel(numberTypes, 13) },
  Erf: floats(13),
  Exp: floats(13),
  Expand: values(13),
  Flatten: { ...values(13, 20), cuda: kernel(anyType, 13) },
  // The indices may be int64 on WebGPU too.
  Gather: values(13),
  Gemm: floats(13),
  GlobalAveragePool: { ...floats(1), cpu: kernel(floatTypes, 1, 21) },
  GlobalMaxPool: { ...floats(1), cpu: kernel(floatTypes, 1, 21) },
  Greater: numbers(13),
  GreaterOrEqual: numbers(16),
  HardSigmoid: { ...floats(6, 21), webgpu: kernel(floatTypes, 6) },
  HardSwish: { ...floats(14), cpu: inlined("HardSigmoid", "Mul"), cuda: kernel(floatTypes, 14, 21) },
  Identity: { ...values(16, 18), cuda: kernel(anyType, 14, 18) },
  InstanceNormalization: { ...floats(6, 21), cuda: kernel(floatTypes, 6) },
  LayerNormalization: floats(17),
  LeakyRelu: floats(16),
  Less: numbers(13),
  LessOrEqual: numbers(16),
  Log: floats(13),
  LogSoftmax: { ...floats(13), webgpu: undefined },
  // Without a kernel it is the loop alone that the CPU runs: the nodes of its body go where they would outside.
  Loop: { ...values(16, 18), cuda: kernel(anyType, 13, 18), webgpu: undefined },
  MatMul: floats(13),
  Max: numbers(13),
  // WebGPU: without the output `Indices`; a node that has it loads, and fails when it is run.
  MaxPool: { ...floats(12), cpu: kernel(floatTypes, 12, 21) },
  Mean: { cpu: kernel(floatTypes, 13), cuda: undefined, webgpu: undefined },
  Min: numbers(13),
  Mish: {
    cpu: inlined("Softplus", "Tanh", "Mul"),
    cuda: inlined("Softplus", "Tanh", "Mul"),
    webgpu: inlined("Softplus", "Tanh", "Mul"),
  },
  Mul: numbers(14),
  Neg: floats(13),
  // The types are the indices'.
  OneHot: { cpu: kernel(["int32", "int64"], 11), cuda: kernel(["int32", "int64"], 11), webgpu: undefined },
  PRelu: floats(16),
  Pad: { ...floats(18, 18), cuda: kernel(floatTypes, 18) },
  Pow: numbers(15),
  Reciprocal: floats(13),
  ReduceL2: floats(18),
  ReduceMax: { ...numbers(18, 19), cuda: kernel(numberTypes, 18) },
  ReduceMean: floats(18),
  ReduceProd: { ...numbers(18), cuda: kernel(["float32", "int32"], 18) },
  ReduceSum: numbers(13),
  Relu: floats(14),
  Reshape: values(14, 18),
  Resize: floats(18, 18),
  Shape: { ...values(15, 18), webgpu: kernel(anyType, 15, 18) },
  Sigmoid: floats(13),
  Sign: { ...floats(13), webgpu: undefined },
  Slice: { ...values(13), webgpu: kernel(floatTypes, 13) },
  Softmax: floats(13),
  Softplus: { ...floats(1, 21), cuda: kernel(floatTypes, 1) },
  SpaceToDepth: { ...floats(13), webgpu: undefined },
  // WebGPU: see mostParts in defects.ts.
  Split: values(18),
  Sqrt: floats(13),
  Squeeze: values(13, 20),
  Sub: numbers(14),
  Sum: { ...floats(13), webgpu: undefined },
  Tanh: floats(13),
  Tile: { ...values(13), cuda: kernel(["float32", "int32", "int64", "bool"], 13) },
  Transpose: values(13, 20),
  Unsqueeze: values(13, 20),
  // The types are those chosen from; the condition is bool everywhere.
  Where: { ...numbers(16), webgpu: kernel(["float32", "int32", "bool"], 16) },
} as const satisfies Readonly<Record<string, OperatorSupport>>;
