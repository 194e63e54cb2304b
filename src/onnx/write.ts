// Model → ONNX file. What a part's `proto` says is kept wherever the graph does not contradict it, so that reading and
// writing changes nothing; what a file said about values that are gone goes with them.
import { assert } from "../errors.js";
import { writeAttribute } from "./attributes.js";
import { type Constant, type Graph, type Model, type Node, reads, type Value } from "./graph.js";
import { keptEntries } from "./kept-entries.js";
import { normalDomain, writeMetadata, writeOpsets } from "./model-entries.js";
import { type Names, nameNodes, nameValues } from "./names.js";
import {
  edit,
  encodeModel,
  fromInt64,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  onnx,
  type SparseTensorProto,
  type TensorProto,
} from "./proto.js";
import { toTensorProto } from "./tensor-data.js";
import { describeValue } from "./value-info.js";

/** The model as an ONNX file: byte for byte the one it was read from, if that had its fields in order. */
export const writeModel = (model: Model): Uint8Array => encodeModel(toProto(model));

/**
 * The model as a message. Inputs and outputs keep their names, others are made unique where they clash. Constants that
 * are used but not listed become initializers; every other value must be defined in the graph or around it.
 */
export function toProto(model: Model): ModelProto {
  const base = model.proto ?? new onnx.ModelProto({ ir_version: IR_VERSION, producer_name: "regraft" });
  const graph = writeGraph(model.graph, nameNodes(model.graph), undefined);
  return edit(base, {
    ...(isTooOld(base, graph) && { ir_version: IR_VERSION }),
    graph,
    opset_import: writeOpsets(model.opsets, base.opset_import),
    metadata_props: writeMetadata(model.metadata, base.metadata_props),
  });
}

/** Of 2021: every runtime of the last years takes it, and it covers all that regraft itself puts into a graph. */
const IR_VERSION = 8;

/** Before IR version 4 every initializer had to be an input too: an edit may have ended that. */
function isTooOld({ ir_version = 0 }: ModelProto, { input, initializer }: GraphProto): boolean {
  const inputs = new Set(input.map(({ name }) => name));
  return fromInt64(ir_version) < 4 && !initializer.every(({ name }) => inputs.has(name));
}

type NodeNames = ReadonlyMap<Node, string>;

function writeGraph(graph: Graph, nodeNames: NodeNames, outer: Names | undefined): GraphProto {
  const base = graph.proto ?? new onnx.GraphProto();
  const produced = graph.nodes.flatMap((node) => node.outputs.filter((value) => value !== undefined));
  const listed = new Set([...graph.inputs, ...graph.initializers, ...produced]);
  const initializers = [...graph.initializers, ...unlistedConstants(graph, listed, outer)];
  const own = new Set([...listed, ...initializers]);
  const edge = [...graph.inputs, ...graph.outputs].filter((value) => own.has(value));
  const names = nameValues([...own], new Set(outer ? [] : edge), outer);
  const nameOf = (value: Value): string => {
    const name = names.of(value);
    assert(
      name !== undefined,
      `"${value.name}" is used in the graph "${graph.name}" but not defined there or around it`,
    );
    return name;
  };

  const describeAll = (values: readonly Value[], entries: GraphProto["input"]): GraphProto["input"] => {
    const before = new Map(entries.map((entry) => [entry.name, entry]));
    return values.map((value) => describeValue(value, nameOf(value), before.get(value.proto?.name) ?? value.proto));
  };
  const sparse = sparseInitializers(graph);
  const sparseValues = new Set(sparse.values());
  const writeSubgraph = (subgraph: Graph): GraphProto => writeGraph(subgraph, nodeNames, names);
  return edit(base, {
    ...(graph.name !== (base.name ?? "") && { name: graph.name }),
    input: describeAll(graph.inputs, base.input),
    output: describeAll(graph.outputs, base.output),
    initializer: initializers.map((value) => initializer(nameOf(value), value.constant)),
    sparse_initializer: base.sparse_initializer.flatMap((tensor) => {
      const value = sparse.get(tensor);
      return value ? [renameSparse(tensor, nameOf(value))] : [];
    }),
    node: graph.nodes
      .filter(({ outputs: [value] }) => !value || !sparseValues.has(value))
      .map((node) => writeNode(node, nodeNames.get(node) ?? "", nameOf, writeSubgraph)),
    ...keptEntries(graph, [...own], nameOf),
  });
}

function writeNode(
  node: Node,
  name: string,
  nameOf: (value: Value) => string,
  writeSubgraph: (graph: Graph) => GraphProto,
): NodeProto {
  const base = node.proto ?? new onnx.NodeProto();
  const before = new Map(base.attribute.map((attribute) => [attribute.name ?? "", attribute]));
  const kept = [...before.keys()].filter((key) => Object.hasOwn(node.attributes, key));
  const added = Object.keys(node.attributes).filter((key) => !before.has(key));
  return edit(base, {
    input: node.inputs.map((value) => (value ? nameOf(value) : "")),
    output: node.outputs.map((value) => (value ? nameOf(value) : "")),
    // Equal fields are left alone: absent and empty are different in a file.
    ...(name !== (base.name ?? "") && { name }),
    ...(node.opType !== base.op_type && { op_type: node.opType }),
    ...(node.domain !== normalDomain(base.domain) && { domain: node.domain }),
    attribute: [...kept, ...added].map((key) =>
      writeAttribute(key, node.attributes[key]!, before.get(key), writeSubgraph),
    ),
  });
}

function initializer(name: string, constant: Constant | undefined): TensorProto {
  assert(constant, `the initializer "${name}" has no constant`);
  if ("tensor" in constant) return toTensorProto(name, constant.tensor);
  return constant.proto.name === name ? constant.proto : edit(constant.proto, { name });
}

function unlistedConstants(graph: Graph, listed: ReadonlySet<Value>, outer: Names | undefined): ReadonlySet<Value> {
  const used = [...graph.nodes.flatMap(reads), ...graph.outputs];
  return new Set(used.filter((value) => value.constant && !listed.has(value) && outer?.of(value) === undefined));
}

/**
 * The sparse initializers of the graph's file that are still there, with their values: inputs that they are the default
 * of, or outputs of the Constant nodes that the reader made of them.
 */
function sparseInitializers(graph: Graph): ReadonlyMap<SparseTensorProto, Value> {
  const inFile = new Set(graph.proto?.sparse_initializer);
  const inputs = new Map(graph.inputs.map((value) => [value.name, value]));
  const found = new Map<SparseTensorProto, Value>();
  for (const tensor of inFile) {
    const input = inputs.get(tensor.values?.name ?? "");
    if (input) found.set(tensor, input);
  }
  for (const { opType, attributes, outputs } of graph.nodes) {
    const proto = opType === "Constant" && attributes.sparse_value?.value;
    const tensor = proto instanceof onnx.AttributeProto && proto.sparse_tensor;
    if (tensor && inFile.has(tensor) && outputs[0]) found.set(tensor, outputs[0]);
  }
  return found;
}

function renameSparse(tensor: SparseTensorProto, name: string): SparseTensorProto {
  return tensor.values?.name === name ? tensor : edit(tensor, { values: edit(tensor.values!, { name }) });
}
