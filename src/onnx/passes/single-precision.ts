// One floating-point type for the whole graph, float32: half precision is a way to store a network, and training needs
// more; double precision costs time and memory and gains a network nothing.
import { assert } from "../../errors.js";
import type { DType, Tensor, TensorData } from "../../tensor.js";
import { type Attribute, createNode, type Graph, type Node, subgraphs, type Value } from "../graph.js";
import { elementTypeOf } from "../opset/element-type.js";
import { keepOutputNames, rewriteNodes } from "../rewrite.js";
import { bfloat16ToFloat32, dtypeOfOnnx, float16ToFloat32, onnxTypeOf, tensorOf } from "../tensor-data.js";

/**
 * The graph computing in float32 what it computed in float16, bfloat16 and float64, subgraphs included: constants, inputs
 * and outputs, and what operators are told to give. Halves widen exactly. Of a float64 what float32 cannot hold is
 * rounded, to ±Infinity beyond ±3.4·10^38; sizes that a graph computes in float64 are best folded before.
 *
 * A `Cast` from one of these types to another goes; a constant that was cast bears the cast's name, in files that store
 * weights at half precision the weight's original one. No operator needs another type than float32; sparse constants
 * and sequences are left as they are.
 */
export function singlePrecision(graph: Graph): Graph {
  const given = [...givenValues(graph)].filter(({ dtype }) => isOther(dtype));
  const replacements = new Map(given.map((value) => [value, widened(value)]));
  return keepOutputNames(rewriteNodes(graph, rewrite, replacements), graph.outputs);
}

const widenData = {
  float16: (data: TensorData) => float16ToFloat32(data as Uint16Array),
  bfloat16: (data: TensorData) => bfloat16ToFloat32(data as Uint16Array),
  float64: (data: TensorData) => Float32Array.from(data as Float64Array),
} as const;

type Other = keyof typeof widenData;

const isOther = (dtype: DType | undefined): dtype is Other => dtype !== undefined && Object.hasOwn(widenData, dtype);

/** Inputs and constants, of subgraphs too: all that no node computes. */
function givenValues({ inputs, outputs, initializers, nodes }: Graph): ReadonlySet<Value> {
  const read = [...outputs, ...nodes.flatMap((node) => node.inputs)].filter((value) => value?.constant);
  const inner = nodes.flatMap(subgraphs).flatMap((graph) => [...givenValues(graph)]);
  return new Set([...inputs, ...initializers, ...(read as Value[]), ...inner]);
}

function widened(value: Value): Value {
  const { constant } = value;
  return { ...value, dtype: "float32", ...(constant && { constant: { tensor: widenedTensor(tensorOf(constant)) } }) };
}

function widenedTensor({ dtype, shape, data }: Tensor): Tensor<"float32"> {
  assert(isOther(dtype), `${dtype} is not widened`);
  return { dtype: "float32", shape, data: widenData[dtype](data) };
}

function rewrite(node: Node): Node["outputs"] | undefined {
  const [input] = node.inputs;
  const [output, ...others] = node.outputs;
  if (input && output && others.length === 0 && givesFloat32(node) && elementTypeOf(input) === "float32") {
    const { producer: _, ...cast } = output;
    return [
      input.constant ? { ...input, ...cast, dtype: "float32", shape: input.shape!, constant: input.constant } : input,
    ];
  }
  const attributes = Object.entries(node.attributes).map(([name, attribute]): [string, Attribute] => [
    name,
    widenedAttribute(node, name, attribute),
  ]);
  const isSame = attributes.every(([name, attribute]) => attribute === node.attributes[name]);
  if (isSame && !node.outputs.some((value) => isOther(value?.dtype))) return undefined;
  const outputs = node.outputs.map(
    (value) => value && { ...value, ...(isOther(value.dtype) && { dtype: "float32" as const }) },
  );
  return createNode({ ...node, attributes: Object.fromEntries(attributes) }, outputs).outputs;
}

/** Whether the node is a cast to a floating-point type. */
function givesFloat32({ opType, domain, inputs, attributes }: Node): boolean {
  if (domain !== "") return false;
  const target = opType === "Cast" ? typeNamed(attributes.to) : opType === "CastLike" && elementTypeOf(inputs[1]!);
  return target === "float32" || (target !== false && isOther(target));
}

/** Attributes of ONNX's own operators that name an element type. */
const typeAttributes = new Set([
  "to",
  "dtype",
  "output_dtype",
  "output_datatype",
  "stash_type",
  "precision",
  "softmax_precision",
]);

function widenedAttribute({ domain }: Node, name: string, attribute: Attribute): Attribute {
  if (attribute.type === "TENSOR") {
    const stored =
      "tensor" in attribute.value ? attribute.value.tensor.dtype : dtypeOfOnnx(attribute.value.proto.data_type ?? 0);
    return isOther(stored) ? { ...attribute, value: { tensor: widenedTensor(tensorOf(attribute.value)) } } : attribute;
  }
  const namesOther = domain === "" && typeAttributes.has(name) && isOther(typeNamed(attribute));
  return namesOther ? { type: "INT", value: onnxTypeOf("float32") } : attribute;
}

const typeNamed = (attribute: Attribute | undefined): DType | undefined =>
  attribute?.type === "INT" ? dtypeOfOnnx(Number(attribute.value)) : undefined;
