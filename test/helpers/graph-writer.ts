// Writes ONNX files node by node, in forms that today's exporters do not make any more. Weights are seeded random
// numbers through which a signal comes.
import {
  type AttributeProto,
  encodeModel,
  type FunctionProto,
  type NodeProto,
  onnx,
  type TensorProto,
  type ValueInfoProto,
} from "../../src/onnx/proto.js";
import { toTensorProto } from "../../src/onnx/tensor-data.js";
import { stream } from "../../src/random.js";
import { float32, sizeOf, type Tensor } from "../../src/tensor.js";
import { info } from "../onnx/fixtures.js";

/** A plain number is an INT, a list of them INTS; `from` refers to an attribute of the function around the node. */
export type AttributeValue =
  | number
  | readonly number[]
  | string
  | Tensor
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly from: string; readonly type: "FLOAT" | "INT" | "INTS" };

export interface NodeOptions {
  readonly name?: string;
  /** Names of the outputs; default: one, made of the node's name. "" leaves one out. */
  readonly outputs?: readonly string[];
  readonly domain?: string;
  readonly overload?: string;
}

export interface Writer {
  /** A node; the name of its first output. */
  node(
    opType: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, AttributeValue>>,
    options?: NodeOptions,
  ): string;
  /** He's initialisation for weights [outputs, inputs, …], times `gain`. */
  weight(name: string, shape: readonly number[], gain?: number): string;
  /** Uniform numbers from `low` to `high`: scales, shifts, statistics. */
  uniform(name: string, shape: readonly number[], low: number, high: number): string;
  constant(name: string, tensor: Tensor): string;
}

export interface FileOptions {
  readonly seed: number;
  readonly opset: number;
  readonly irVersion: number;
  readonly producer?: string;
  readonly image: readonly [name: string, ...dims: (number | string)[]];
  /** IR 3 wants every weight among the inputs as well. */
  readonly weightsAreInputs?: boolean;
  /** Further domains. */
  readonly opsets?: Readonly<Record<string, number>>;
  readonly functions?: readonly FunctionProto[];
}

/** The file of the graph that `build` writes, from the image's name to the names and shapes of its outputs. */
export function writeFile(
  options: FileOptions,
  build: (writer: Writer, image: string) => readonly (readonly [name: string, ...dims: (number | string)[]])[],
): Uint8Array {
  const {
    seed,
    opset,
    irVersion,
    producer = "",
    image,
    weightsAreInputs = false,
    opsets = {},
    functions = [],
  } = options;
  const node: NodeProto[] = [];
  const initializer: TensorProto[] = [];
  const constant = (name: string, tensor: Tensor): string => {
    initializer.push(toTensorProto(name, tensor));
    return name;
  };
  const outputs = build(
    {
      node: (...args) => {
        const written = nodeProto(...args);
        node.push(written);
        return written.output[0]!;
      },
      weight: (name, shape, gain = 1) => {
        const limit = gain * Math.sqrt(6 / sizeOf(shape.slice(1)));
        return constant(name, random(seed, name, shape, -limit, limit));
      },
      uniform: (name, shape, low, high) => constant(name, random(seed, name, shape, low, high)),
      constant,
    },
    image[0],
  );
  const weights = weightsAreInputs ? initializer.map(describeWeight) : [];
  return encodeModel(
    new onnx.ModelProto({
      ir_version: irVersion,
      producer_name: producer,
      opset_import: Object.entries({ "": opset, ...opsets }).map(
        ([domain, version]) => new onnx.OperatorSetIdProto({ domain, version }),
      ),
      graph: new onnx.GraphProto({
        name: "graph",
        node,
        initializer,
        input: [info(...image), ...weights],
        output: outputs.map((output) => info(...output)),
      }),
      functions,
    }),
  );
}

export const nodeProto = (
  opType: string,
  inputs: readonly string[],
  attributes: Readonly<Record<string, AttributeValue>> = {},
  { name = `${inputs[0] ?? ""}_${opType}`, outputs = [`${name}_out`], domain = "", overload }: NodeOptions = {},
): NodeProto =>
  new onnx.NodeProto({
    op_type: opType,
    name,
    input: inputs,
    output: outputs,
    attribute: Object.entries(attributes).map(([key, value]) => attributeProto(key, value)),
    ...(domain && { domain }),
    ...(overload && { overload }),
  });

export function attributeProto(name: string, value: AttributeValue): AttributeProto {
  const fields = (): Partial<AttributeProto> => {
    if (typeof value === "number") return { type: 2, i: value };
    if (typeof value === "string") return { type: 3, s: new TextEncoder().encode(value) };
    if ("float" in value) return { type: 1, f: value.float };
    if ("floats" in value) return { type: 6, floats: value.floats };
    if ("from" in value) return { type: { FLOAT: 1, INT: 2, INTS: 7 }[value.type], ref_attr_name: value.from };
    if ("dtype" in value) return { type: 4, t: toTensorProto("", value) };
    return { type: 7, ints: value };
  };
  return new onnx.AttributeProto({ name, ...fields() });
}

/** Xorshift, begun by the seed's stream: 20 million numbers take a fraction of a second. */
function random(seed: number, name: string, shape: readonly number[], low: number, high: number): Tensor<"float32"> {
  let state = stream(seed, name).below(2 ** 31 - 1) + 1;
  const data = new Float32Array(sizeOf(shape));
  const unit = (high - low) / 2 ** 32;
  for (let i = 0; i < data.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    data[i] = low + (state >>> 0) * unit;
  }
  return float32(shape, data);
}

function describeWeight({ name, dims, data_type = 1 }: TensorProto): ValueInfoProto {
  const shape = new onnx.TensorShapeProto({ dim: dims.map((size) => ({ dim_value: size })) });
  const type = new onnx.TypeProto({ tensor_type: { elem_type: data_type, shape } });
  return new onnx.ValueInfoProto({ name, type });
}
