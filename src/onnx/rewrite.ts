// The one way to edit a graph: replace values, and rebuild only what depends on them.
import { type Attribute, createNode, type Graph, type Node, reads, type Value } from "./graph.js";

/**
 * A copy of `graph` in which every use of a key, subgraphs and outputs included, is its replacement. Keys are values of
 * `graph` itself or of the graphs around it.
 */
export function replaceValues(graph: Graph, replacements: ReadonlyMap<Value, Value>): Graph {
  const map = new Map(replacements);
  const mapped = <V extends Value | undefined>(value: V): V => ((value && map.get(value)) as V) ?? value;
  const nodes = graph.nodes.map((node) => {
    if (!reads(node).some((value) => map.has(value))) return node;
    const { outputs, ...fields } = node;
    const attributes = rebuildSubgraphs(node.attributes, map);
    const rebuilt = createNode({ ...fields, inputs: node.inputs.map(mapped), attributes }, outputs);
    for (const [i, old] of outputs.entries()) if (old && !map.has(old)) map.set(old, rebuilt.outputs[i]!);
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
