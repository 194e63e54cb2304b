// The working form of a model: nodes joined by value references, names kept only for the edge.
// Everything here is immutable; an edit builds a new Graph that shares what it did not touch.
import type { DType, Tensor } from "../tensor.js";
import type { GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto } from "./proto.js";

/** One dimension: a size, a symbol such as "batch", or unknown. */
export type Dim = number | string | undefined;

/**
 * An edge. Its place tells what it is: the output of `producer`; a constant when `constant` is there; otherwise a
 * graph input (or, inside a subgraph, a value of the graph around it).
 */
export interface Value {
  /** Preferred name; the writer makes names unique. */
  readonly name: string;
  readonly dtype?: DType;
  /** Absent when not even the rank is known. */
  readonly shape?: readonly Dim[];
  readonly producer?: Node;
  readonly constant?: Constant;
  /** What the file said about this value; the writer keeps what the fields above do not cover. */
  readonly proto?: ValueInfoProto;
}

/** A constant is either as the file stores it, decoded on demand by `tensorOf`, or a tensor of our own. */
export type Constant = { readonly proto: TensorProto } | { readonly tensor: Tensor };

export interface Node {
  readonly opType: string;
  /** "" is ONNX's own domain. */
  readonly domain: string;
  readonly name: string;
  /** `undefined` marks an optional input that was left out. */
  readonly inputs: readonly (Value | undefined)[];
  readonly outputs: readonly (Value | undefined)[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly proto?: NodeProto;
}

export type Attribute =
  | { readonly type: "FLOAT"; readonly value: number }
  /** Beyond ±2^53 as bigint, so that INT64_MAX (Slice's "to the end") stays exact. */
  | { readonly type: "INT"; readonly value: number | bigint }
  | { readonly type: "STRING"; readonly value: string }
  | { readonly type: "TENSOR"; readonly value: Constant }
  | { readonly type: "GRAPH"; readonly value: Graph }
  | { readonly type: "FLOATS"; readonly value: readonly number[] }
  | { readonly type: "INTS"; readonly value: readonly (number | bigint)[] }
  | { readonly type: "STRINGS"; readonly value: readonly string[] }
  | { readonly type: "GRAPHS"; readonly value: readonly Graph[] }
  /** Kept as it is in the file: bytes that are not UTF-8, sparse tensors, types, references of functions. */
  | { readonly type: "OTHER"; readonly value: unknown };

export interface Graph {
  readonly name: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** Topologically sorted, as ONNX demands. */
  readonly nodes: readonly Node[];
  /** Constants in file order; some may be graph inputs too (IR < 4). */
  readonly initializers: readonly Value[];
  readonly proto?: GraphProto;
}

export interface Model {
  readonly graph: Graph;
  /** Domain → version; "" is ONNX's own. */
  readonly opsets: Readonly<Record<string, number>>;
  /** metadata_props. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly proto?: ModelProto;
}

/** A node together with the output values that name it as their producer. */
export function createNode(
  fields: Omit<Node, "outputs">,
  outputs: readonly (Omit<Value, "producer" | "constant"> | undefined)[],
): Node {
  const values: (Value | undefined)[] = [];
  const node: Node = { ...fields, outputs: values };
  for (const output of outputs) values.push(output && { ...output, producer: node });
  return node;
}

/** The same computation, its outputs described otherwise; the old node is dropped by not being reached any more. */
export function withOutputs(
  { outputs, ...fields }: Node,
  changes: readonly Partial<Pick<Value, "name" | "dtype" | "shape">>[],
): readonly (Value | undefined)[] {
  return createNode(
    fields,
    outputs.map((value, i) => value && { ...value, ...changes[i] }),
  ).outputs;
}

/** Values a node reads, those that its subgraphs read from outside included. */
export function reads(node: Node): readonly Value[] {
  const direct = node.inputs.filter((value) => value !== undefined);
  const inner = subgraphs(node).flatMap(captured);
  return inner.length === 0 ? direct : [...direct, ...inner];
}

export function subgraphs(node: Node): readonly Graph[] {
  return Object.values(node.attributes).flatMap((a) =>
    a.type === "GRAPH" ? [a.value] : a.type === "GRAPHS" ? a.value : [],
  );
}

/** What a subgraph uses but does not define: values of the graphs around it. */
export function captured(graph: Graph): readonly Value[] {
  const own = new Set<Value>([...graph.inputs, ...graph.initializers]);
  for (const node of graph.nodes) for (const output of node.outputs) if (output) own.add(output);
  const used = new Set<Value>([...graph.nodes.flatMap(reads), ...graph.outputs]);
  return [...used].filter((value) => !own.has(value));
}

/** Every value's readers, in graph order. */
export function consumers(graph: Graph): ReadonlyMap<Value, readonly Node[]> {
  const map = new Map<Value, Node[]>();
  for (const node of graph.nodes) {
    for (const value of new Set(reads(node))) {
      const list = map.get(value);
      if (list) list.push(node);
      else map.set(value, [node]);
    }
  }
  return map;
}

/** The part of the world that computes `outputs`, stopping at `inputs`. Equal graphs come out equal. */
export function graphOf(name: string, inputs: readonly Value[], outputs: readonly Value[]): Graph {
  const boundary = new Set(inputs);
  return { name, inputs, outputs, ...computationOf(outputs, (value) => boundary.has(value)) };
}

/**
 * What computes `values` out of those that are known: nodes sorted topologically (depth first, in operand order),
 * constants collected.
 */
export function computationOf(
  values: readonly Value[],
  isKnown: (value: Value) => boolean,
): Pick<Graph, "nodes" | "initializers"> {
  const seen = new Set<Value | Node>();
  const nodes: Node[] = [];
  const initializers: Value[] = [];
  // An explicit stack: networks are deeper than the call stack can be trusted with.
  const stack: { node: Node; next: number; operands: readonly Value[] }[] = [];
  const visit = (value: Value): void => {
    if (seen.has(value) || isKnown(value)) return;
    seen.add(value);
    if (value.constant) initializers.push(value);
    else if (value.producer && !seen.has(value.producer)) {
      seen.add(value.producer);
      stack.push({ node: value.producer, next: 0, operands: reads(value.producer) });
    }
  };
  for (const value of values) {
    visit(value);
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      const operand = top.operands[top.next++];
      if (operand) visit(operand);
      else {
        nodes.push(top.node);
        stack.pop();
      }
    }
  }
  return { nodes, initializers };
}
