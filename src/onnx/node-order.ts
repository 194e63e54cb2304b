// The order in which a file's nodes can be read: each after the nodes whose outputs it uses.
import type { GraphProto, NodeProto } from "./proto.js";

/**
 * The nodes sorted topologically, depth first in file order: sorted nodes stay as they are. `onCycle` makes the error
 * for a node that depends on its own output.
 */
export function sortNodes(nodes: readonly NodeProto[], onCycle: (node: NodeProto) => Error): readonly NodeProto[] {
  const producers = new Map<string, NodeProto>();
  for (const node of nodes) for (const name of node.output) if (name) producers.set(name, node);
  const sorted: NodeProto[] = [];
  const begun = new Set<NodeProto>();
  const done = new Set<NodeProto>();
  // An explicit stack: networks are deeper than the call stack can be trusted with.
  const stack: { node: NodeProto; names: Iterator<string> }[] = [];
  const begin = (node: NodeProto): void => {
    begun.add(node);
    stack.push({ node, names: namesRead(node)[Symbol.iterator]() });
  };
  for (const root of nodes) {
    if (!begun.has(root)) begin(root);
    while (stack.length > 0) {
      const { node, names } = stack[stack.length - 1]!;
      const next = names.next();
      if (next.done) {
        stack.pop();
        done.add(node);
        sorted.push(node);
        continue;
      }
      const producer = producers.get(next.value);
      if (!producer || done.has(producer)) continue;
      if (begun.has(producer)) throw onCycle(producer);
      begin(producer);
    }
  }
  return sorted;
}

/** The names a node reads, those that its subgraphs take from outside included. */
function namesRead(node: NodeProto): readonly string[] {
  const graphs = node.attribute.flatMap(({ g, graphs }) => (g ? [g, ...graphs] : graphs));
  return graphs.length === 0 ? node.input : [...node.input, ...graphs.flatMap(freeNames)];
}

/** The names a subgraph uses but does not define. */
function freeNames(graph: GraphProto): readonly string[] {
  const own = new Set<string | undefined>([...graph.input, ...graph.initializer].map(({ name }) => name));
  for (const { values } of graph.sparse_initializer) own.add(values?.name);
  for (const node of graph.node) for (const name of node.output) own.add(name);
  const used = [...graph.node.flatMap(namesRead), ...graph.output.map(({ name }) => name ?? "")];
  return used.filter((name) => !own.has(name));
}
