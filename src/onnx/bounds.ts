// How much a file may ask for of a runtime whose runs can neither be stopped nor be told how much memory to take. The
// bounds lie far beyond real networks.
import { RegraftError } from "../errors.js";
import { sizeOf } from "../tensor.js";
import { type Graph, type Node, subgraphs } from "./graph.js";
import { nodeName, numbersOf } from "./node-facts.js";
import { fromInt64, onnx } from "./proto.js";

/** Elements of one tensor: 1 GiB of float32. */
export const MAX_ELEMENTS = 2 ** 28;
/** Nodes, their inputs and outputs, and weights; the largest networks have some 50,000. */
const MAX_PARTS = 200_000;
/** Rounds of a loop, those of the loops around it included. */
const MAX_ROUNDS = 10_000;
/** A graph in a graph; files cannot be written beyond some 30. */
const MAX_DEPTH = 20;

/**
 * @param graph of a model whose functions are inlined and whose constants are folded.
 * @throws RegraftError "unsupported-model" for a graph of too many parts, loops that may run too long, subgraphs too deep
 * in each other, and sparse constants that are too large once they are dense.
 */
export function requireBounded(graph: Graph, source: string): void {
  let parts = 0;
  const visit = ({ nodes, initializers, outputs }: Graph, depth: number, rounds: number): void => {
    if (depth > MAX_DEPTH) throw unbounded(source, `its graphs are nested more than ${MAX_DEPTH} deep`);
    parts += initializers.length + outputs.length;
    for (const node of nodes) {
      parts += 1 + node.inputs.length + node.outputs.length;
      if (parts > MAX_PARTS)
        throw unbounded(source, `it has more than ${MAX_PARTS.toLocaleString("en-US")} nodes, edges and weights`);
      requireSmallConstant(node, source);
      const inner = subgraphs(node);
      if (inner.length === 0) continue;
      const roundsWithin = rounds * (node.opType === "Loop" ? roundsOf(node) : 1);
      if (roundsWithin > MAX_ROUNDS)
        throw unbounded(source, `${label(node)} may run more than ${MAX_ROUNDS.toLocaleString("en-US")} rounds`);
      for (const subgraph of inner) visit(subgraph, depth + 1, roundsWithin);
    }
  };
  visit(graph, 0, 1);
}

/** Without a constant number of rounds a loop ends when it likes. */
const roundsOf = (loop: Node): number => numbersOf(loop, 0)?.[0] ?? Number.POSITIVE_INFINITY;

/** The runtime makes sparse constants dense as it loads them. */
function requireSmallConstant(node: Node, source: string): void {
  const stored = node.attributes.sparse_value;
  if (stored?.type !== "OTHER" || !(stored.value instanceof onnx.AttributeProto)) return;
  const dims = stored.value.sparse_tensor?.dims.map((dim) => Number(fromInt64(dim))) ?? [];
  if (sizeOf(dims) > MAX_ELEMENTS)
    throw unbounded(source, `${label(node)} has the size [${dims.slice(0, 8)}], more than 1 GiB, once it is dense`);
}

const label = (node: Node): string => `its ${node.opType} ${JSON.stringify(nodeName(node))}`;

export const unbounded = (source: string, reason: string, remedy = "Export it in a simpler form."): RegraftError =>
  new RegraftError("unsupported-model", { source, reason }, `Cannot use ${source}: ${reason}. ${remedy}`);
