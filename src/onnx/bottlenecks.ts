// Where a network is narrow: the values that every path from its input to an output goes through. Between two of them
// lies a block; only at them can a network be cut into two that hand over one tensor.
import { type Graph, graphOf, type Node, reads, type Value } from "./graph.js";
import { tensorOutputs } from "./tensor-values.js";

export interface Bottleneck {
  readonly value: Value;
  /** The nodes between the bottleneck before and this one, in order; none for the input itself. */
  readonly nodes: readonly Node[];
}

/** They tell how large a value is, not what is in it: exporters write the sizes of later reshapes with them. */
const measures = new Set(["Shape", "Size"]);

/**
 * The bottlenecks from `input` to `output`, both included, in order; none when `output` does not depend on `input`.
 * Paths that carry only sizes do not count, and lists and maps of tensors are none: from an output that is one, the last
 * bottleneck is what it is made of.
 *
 * In a topological order every path climbs. So a value of position p is on all of them exactly when no other value from
 * before p, or from p itself, is read after p.
 */
export function bottlenecks(graph: Graph, input: Value, output: Value): Bottleneck[] {
  const active = new Set([input]);
  const nodes = graphOf(graph.name, [input], [output]).nodes.filter((node) => {
    if (measures.has(node.opType) || !reads(node).some((value) => active.has(value))) return false;
    for (const value of node.outputs) if (value) active.add(value);
    return true;
  });
  if (!active.has(output)) return [];
  const lastRead = new Map<Value, number>([[output, nodes.length]]);
  for (const [position, node] of nodes.entries())
    for (const value of reads(node)) if (active.has(value)) lastRead.set(value, Math.max(position, readAt(value)));
  function readAt(value: Value): number {
    return lastRead.get(value) ?? -1;
  }

  const found: Bottleneck[] = [{ value: input, nodes: [] }];
  /** The last position at which anything from before is read. */
  let pending = readAt(input);
  let block: Node[] = [];
  for (const [position, node] of nodes.entries()) {
    block.push(node);
    const live = node.outputs.filter((value) => value && readAt(value) > position) as Value[];
    if (live.length === 1 && pending <= position && tensorOutputs(node).includes(live[0]!)) {
      found.push({ value: live[0]!, nodes: block });
      block = [];
    }
    for (const value of live) pending = Math.max(pending, readAt(value));
  }
  return found;
}
