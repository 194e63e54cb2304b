// Names for writing: values are references inside, and need a name each at the edge. Preferred names are kept where they
// are free; the others count up (`conv`, `conv_1`, `conv_2`), so that equal graphs get equal names.
import { assert } from "../errors.js";
import { type Graph, type Node, subgraphs, type Value } from "./graph.js";
import type { NodeProto } from "./proto.js";

/** The names of one graph's values, inside those of the graph around it. */
export interface Names {
  of(value: Value): string | undefined;
  isTaken(name: string): boolean;
}

/** Names `values`; those in `exact` keep their name at any price, and no two of them may share one. */
export function nameValues(values: readonly Value[], exact: ReadonlySet<Value>, outer: Names | undefined): Names {
  const names = new Map<Value, string>();
  const taken = new Set<string>();
  const isTaken = (name: string): boolean => taken.has(name) || (outer?.isTaken(name) ?? false);
  const assign = (value: Value, name: string): void => {
    names.set(value, name);
    taken.add(name);
  };
  for (const value of exact) {
    assert(value.name !== "" && !taken.has(value.name), `two inputs or outputs of a graph are called "${value.name}"`);
    assign(value, value.name);
  }
  const rest = values.filter((value) => !exact.has(value));
  for (const value of rest)
    if (value.name !== "" && !names.has(value) && !isTaken(value.name)) assign(value, value.name);
  const next = counter(isTaken);
  for (const value of rest) if (!names.has(value)) assign(value, next(value.name || value.producer?.opType || "value"));
  return { of: (value) => names.get(value) ?? outer?.of(value), isTaken };
}

/** Names all nodes of a graph and its subgraphs. Nodes from a file keep theirs, even if it is empty or not unique. */
export function nameNodes(graph: Graph): ReadonlyMap<Node, string> {
  const nodes = allNodes(graph);
  const names = new Map<Node, string>();
  const seen = new Set<NodeProto>();
  for (const node of nodes) {
    // Copies of a file's node share its proto: only the first is the one that the file named.
    if (!node.proto || node.name !== (node.proto.name ?? "") || seen.has(node.proto)) continue;
    seen.add(node.proto);
    names.set(node, node.name);
  }
  const taken = new Set(names.values());
  const next = counter((name) => taken.has(name));
  for (const node of nodes) {
    if (names.has(node)) continue;
    const name = next(node.name || node.opType);
    names.set(node, name);
    taken.add(name);
  }
  return names;
}

const allNodes = (graph: Graph): readonly Node[] =>
  graph.nodes.flatMap((node) => [node, ...subgraphs(node).flatMap(allNodes)]);

/** Finds free names; it remembers where it stopped, as thousands of values may ask for the same one. */
function counter(isTaken: (name: string) => boolean): (wanted: string) => string {
  const counts = new Map<string, number>();
  return (wanted) => {
    if (!isTaken(wanted)) return wanted;
    let count = counts.get(wanted) ?? 0;
    do count++;
    while (isTaken(`${wanted}_${count}`));
    counts.set(wanted, count);
    return `${wanted}_${count}`;
  };
}
