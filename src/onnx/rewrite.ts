// The one way to edit a graph: replace values, and rebuild only what depends on them.
import { type Attribute, createNode, type Graph, type Node, subgraphs, type Value } from "./graph.js";

/** A copy of `graph` in which every use of a key, subgraphs and outputs included, is its replacement. */
export function replaceValues(graph: Graph, replacements: ReadonlyMap<Value, Value>): Graph {
  const map = new Map(replacements);
  const mapped = <V extends Value | undefined>(value: V): V => ((value && map.get(value)) as V) ?? value;
  const nodes = graph.nodes.map((node) => {
    const rebuilt = rebuild(node, mapped, map);
    if (rebuilt !== node) node.outputs.forEach((old, i) => old && !map.has(old) && map.set(old, rebuilt.outputs[i]!));
    return rebuilt;
  });
  return {
    ...graph,
    inputs: graph.inputs.map(mapped),
    outputs: graph.outputs.map(mapped),
    initializers: graph.initializers.map(mapped),
    nodes,
  };
}

type Mapped = <V extends Value | undefined>(value: V) => V;

function rebuild(node: Node, mapped: Mapped, map: ReadonlyMap<Value, Value>): Node {
  const inputs = node.inputs.map(mapped);
  const inner = subgraphs(node).length === 0 ? node.attributes : rebuildSubgraphs(node.attributes, map);
  if (inner === node.attributes && inputs.every((input, i) => input === node.inputs[i])) return node;
  const { outputs, ...fields } = node;
  return createNode({ ...fields, inputs, attributes: inner }, outputs);
}

function rebuildSubgraphs(
  attributes: Node["attributes"],
  map: ReadonlyMap<Value, Value>,
): Readonly<Record<string, Attribute>> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, attribute]): [string, Attribute] => {
      if (attribute.type === "GRAPH") return [name, { ...attribute, value: replaceValues(attribute.value, map) }];
      if (attribute.type === "GRAPHS")
        return [name, { ...attribute, value: attribute.value.map((graph) => replaceValues(graph, map)) }];
      return [name, attribute];
    }),
  );
}
