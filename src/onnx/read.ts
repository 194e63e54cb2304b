// ONNX file → Model: names are resolved to references once, here, and nowhere else.
//
// What the graph's types do not cover stays in the `proto` of each part, so that writing loses nothing. Functions and
// training info stay whole in `model.proto`. A sparse initializer becomes a Constant node, which means the same.
import { assert } from "../errors.js";
import { readAttribute } from "./attributes.js";
import { inlineExternalData } from "./external-data.js";
import { type Attribute, createNode, type Graph, type Model, type Node, type Value } from "./graph.js";
import { normalDomain, readMetadata, readOpsets } from "./model-entries.js";
import { sortNodes } from "./node-order.js";
import {
  decodeModel,
  type GraphProto,
  invalidModel,
  type ModelProto,
  type NodeProto,
  onnx,
  type SparseTensorProto,
  type TensorProto,
  type ValueInfoProto,
} from "./proto.js";
import { dtypeOfOnnx, shapeOf } from "./tensor-data.js";
import { tensorTypeOf } from "./value-info.js";

export interface ReadOptions {
  /** The file's path or name, for messages. */
  readonly source: string;
  /** Content of the files that `externalFiles` lists. Without it external tensors stay outside and cannot be decoded. */
  readonly external?: ReadonlyMap<string, Uint8Array>;
}

/**
 * Reads an ONNX model. Weights stay views of `bytes`, decoded only by `tensorOf`. Nodes out of order are sorted. Throws
 * "invalid-model", naming the node, when the bytes are no ONNX model or the graph contradicts itself.
 */
export const readModel = (bytes: Uint8Array, options: ReadOptions): Model =>
  modelOf(decodeModel(bytes, options.source), options);

/** The same of a message that is decoded already, by those who had to look for its external files. */
export function modelOf(decoded: ModelProto, { source, external }: ReadOptions): Model {
  const proto = external ? inlineExternalData(decoded, external) : decoded;
  assert(proto.graph, "decodeModel lets no model without a graph pass");
  const graph = readGraph(proto.graph, { source, values: new Map() });
  if (graph.outputs.length === 0) throw invalidModel(source, "its graph has no outputs");
  return { graph, opsets: readOpsets(proto.opset_import), metadata: readMetadata(proto.metadata_props), proto };
}

interface Scope {
  readonly source: string;
  /** What this graph defines, by name. */
  readonly values: Map<string, Value>;
  /** The graph around a subgraph. */
  readonly outer?: Scope;
}

type Infos = ReadonlyMap<string, ValueInfoProto>;

function readGraph(proto: GraphProto, scope: Scope): Graph {
  const infos: Infos = new Map(
    [...proto.value_info, ...proto.output, ...proto.input].map((info) => [info.name ?? "", info]),
  );
  const tensors = new Map(proto.initializer.map((tensor) => [tensor.name ?? "", tensor]));
  if (tensors.size < proto.initializer.length) throw invalidModel(scope.source, "two initializers have the same name");
  const inputs = proto.input.map(({ name = "" }) => define(newValue(name, infos, tensors.get(name)), scope));
  const initializers = proto.initializer.map((tensor) => {
    const name = tensor.name ?? "";
    // Before IR version 4 initializers are inputs as well, and still may be.
    return scope.values.get(name) ?? define(newValue(name, infos, tensor), scope);
  });
  const constants = proto.sparse_initializer
    .filter(({ values }) => !scope.values.has(values?.name ?? ""))
    .map(constantNode);
  const nodes = sortNodes([...constants, ...proto.node], (node) =>
    invalidModel(scope.source, `${label(node)} depends on its own output`, { node: nameOf(node) }),
  ).map((node) => readNode(node, infos, scope));
  const outputs = proto.output.map(({ name = "" }) => {
    const value = lookup(name, scope);
    if (!value) throw invalidModel(scope.source, `nothing defines ${JSON.stringify(name)}, an output of its graph`);
    return value;
  });
  return { name: proto.name ?? "", inputs, outputs, nodes, initializers, proto };
}

function readNode(proto: NodeProto, infos: Infos, scope: Scope): Node {
  const fail = (reason: string): Error =>
    invalidModel(scope.source, `${label(proto)} ${reason}`, { node: nameOf(proto) });
  if (!proto.op_type) throw fail("has no op_type");
  const inputs = proto.input.map((name) => {
    if (name === "") return undefined;
    const value = lookup(name, scope);
    if (!value) throw fail(`reads ${JSON.stringify(name)}, which nothing defines`);
    return value;
  });
  const attributes = proto.attribute.map((attribute): [string, Attribute] => [
    attribute.name ?? "",
    readAttribute(attribute, (graph) => readGraph(graph, { source: scope.source, values: new Map(), outer: scope })),
  ]);
  if (new Set(attributes.map(([name]) => name)).size < attributes.length) throw fail("has two attributes of one name");
  const node = createNode(
    {
      opType: proto.op_type,
      domain: normalDomain(proto.domain),
      name: proto.name ?? "",
      inputs,
      attributes: Object.fromEntries(attributes),
      proto,
    },
    proto.output.map((name) => (name === "" ? undefined : newValue(name, infos))),
  );
  for (const output of node.outputs) if (output) define(output, scope);
  return node;
}

function newValue(name: string, infos: Infos, tensor?: TensorProto): Value {
  const info = infos.get(name);
  return { name, ...tensorTypeOf(info), ...(tensor && constantOf(tensor)), ...(info && { proto: info }) };
}

function constantOf(proto: TensorProto): Pick<Value, "dtype" | "shape" | "constant"> {
  const dtype = dtypeOfOnnx(proto.data_type ?? 0);
  const shape = shapeOf(proto.dims, `tensor ${JSON.stringify(proto.name ?? "")}`);
  return { ...(dtype && { dtype }), shape, constant: { proto } };
}

/** The writer recognises the node by its attribute and makes a sparse initializer of it again. */
function constantNode(sparse_tensor: SparseTensorProto): NodeProto {
  const attribute = new onnx.AttributeProto({ name: "sparse_value", type: SPARSE_TENSOR, sparse_tensor });
  return new onnx.NodeProto({
    op_type: "Constant",
    output: [sparse_tensor.values?.name ?? ""],
    attribute: [attribute],
  });
}

const SPARSE_TENSOR = 11;

function define(value: Value, scope: Scope): Value {
  const by = value.producer?.proto ? label(value.producer.proto) : "an input or initializer of its graph";
  if (value.name === "") throw invalidModel(scope.source, `${by} has no name`);
  if (scope.values.has(value.name)) {
    const reason = `${by} defines ${JSON.stringify(value.name)}, which is defined already`;
    throw invalidModel(scope.source, reason, value.producer?.proto && { node: nameOf(value.producer.proto) });
  }
  scope.values.set(value.name, value);
  return value;
}

function lookup(name: string, scope: Scope): Value | undefined {
  for (let at: Scope | undefined = scope; at; at = at.outer) {
    const value = at.values.get(name);
    if (value) return value;
  }
  return undefined;
}

const nameOf = ({ name, output, op_type }: NodeProto): string =>
  name || output.find((out) => out !== "") || op_type || "";

const label = (node: NodeProto): string =>
  `the node ${JSON.stringify(nameOf(node))} (${node.op_type || "no operator"})`;
