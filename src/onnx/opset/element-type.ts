// The element type of a value that the file does not describe, and constants of that type: what was a float attribute,
// whatever the operands, becomes an input that must have theirs.
import { type DType, float32, sizeOf, type Tensor } from "../../tensor.js";
import { constant } from "../emit.js";
import type { Attribute, Node, Value } from "../graph.js";
import { dtypeOfOnnx, float32ToBfloat16, float32ToFloat16, onnxTypeOf } from "../tensor-data.js";
import { type Emit, int } from "./rule.js";

/** Undefined where it comes from an operator that does not show it, such as a subgraph's. */
export function elementTypeOf(value: Value): DType | undefined {
  const path: Value[] = [];
  let at: DType | Value | undefined = value;
  // A loop, as networks are deeper than the call stack can be trusted with.
  while (typeof at === "object") {
    path.push(at);
    at = at.dtype ?? found.get(at) ?? (at.producer && sourceOf(at, at.producer));
  }
  // Without this, each of a long chain's nodes would walk the whole chain.
  if (at !== undefined) for (const passed of path) found.set(passed, at);
  return at;
}

const found = new WeakMap<Value, DType>();

/** A constant of the element type of `like`, filled with one number. */
export function filled(name: string, value: number, shape: readonly number[], like: Value, emit: Emit): Value {
  const numbers = new Float32Array(sizeOf(shape)).fill(value);
  const tensor = tensorOfType(elementTypeOf(like), shape, numbers);
  return tensor ? constant(name, tensor) : emit("CastLike", [constant(name, float32(shape, numbers)), like]);
}

export const scalar = (name: string, value: number, like: Value, emit: Emit): Value =>
  filled(name, value, [], like, emit);

/** `value` in the element type of `like`. */
export function castLike(value: Value, like: Value, emit: Emit): Value {
  const dtype = elementTypeOf(like);
  if (!dtype) return emit("CastLike", [value, like]);
  return castTo(dtype, value, emit);
}

/** `value` in this element type; itself when it is known to have it. */
export const castTo = (dtype: DType, value: Value, emit: Emit): Value =>
  elementTypeOf(value) === dtype ? value : emit("Cast", [value], { to: int(onnxTypeOf(dtype)) });

function tensorOfType(dtype: DType | undefined, shape: readonly number[], numbers: Float32Array): Tensor | undefined {
  switch (dtype) {
    case "float32":
      return { dtype, shape, data: numbers };
    case "float64":
      return { dtype, shape, data: Float64Array.from(numbers) };
    case "float16":
      return { dtype, shape, data: float32ToFloat16(numbers) };
    case "bfloat16":
      return { dtype, shape, data: float32ToBfloat16(numbers) };
    default:
      return undefined;
  }
}

/** The type, or a value of the same type. Most operators hand on their first input's. */
function sourceOf(value: Value, { opType, domain, inputs, outputs, attributes }: Node): DType | Value | undefined {
  if (outputs[0] !== value && !(domain === "" && opType === "Split")) return undefined;
  if (domain === "com.microsoft" && fused.has(opType)) return inputs[0];
  if (domain !== "") return undefined;
  switch (opType) {
    case "Cast":
      return attributes.to?.type === "INT" ? dtypeOfOnnx(Number(attributes.to.value)) : undefined;
    case "Constant":
      return typeOfTensor(attributes.value);
    case "ConstantOfShape":
      return attributes.value ? typeOfTensor(attributes.value) : "float32";
    case "CastLike":
    case "DequantizeLinear":
    case "Where":
      return inputs[1];
    case "OneHot":
      return inputs[2];
    default:
      return ownTypes.has(opType) ? ownTypes.get(opType) : inputs[0];
  }
}

function typeOfTensor(attribute: Attribute | undefined): DType | undefined {
  if (attribute?.type !== "TENSOR") return undefined;
  return "tensor" in attribute.value ? attribute.value.tensor.dtype : dtypeOfOnnx(attribute.value.proto.data_type ?? 0);
}

/** What the runtime's optimizer makes of others: of its first input's type. */
const fused: ReadonlySet<string> = new Set([
  ...["BiasGelu", "FastGelu", "Gelu", "QuickGelu", "FusedConv", "FusedGemm", "FusedMatMul", "SkipLayerNormalization"],
]);

/** Operators whose output's type is not an input's; undefined: it depends. */
const ownTypes: ReadonlyMap<string, DType | undefined> = new Map<string, DType | undefined>([
  ...["Equal", "Greater", "GreaterOrEqual", "IsInf", "IsNaN", "Less", "LessOrEqual"].map((opType): [string, DType] => [
    opType,
    "bool",
  ]),
  ...["ArgMax", "ArgMin", "NonMaxSuppression", "NonZero", "Shape", "Size"].map((opType): [string, DType] => [
    opType,
    "int64",
  ]),
  ...[
    ...["If", "Loop", "Scan", "SequenceMap", "Optional", "OptionalGetElement", "OptionalHasElement"],
    ...["Bernoulli", "EyeLike", "Multinomial", "RandomNormalLike", "RandomUniformLike", "TfIdfVectorizer"],
    ...["BlackmanWindow", "HammingWindow", "HannWindow", "MelWeightMatrix"],
    ...["ConvInteger", "DynamicQuantizeLinear", "MatMulInteger", "QLinearConv", "QLinearMatMul", "QuantizeLinear"],
  ].map((opType): [string, undefined] => [opType, undefined]),
]);
