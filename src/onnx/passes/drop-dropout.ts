// Takes dropout out of a network that is only used: exporters may leave it in, where it does nothing.
import type { Graph, Node } from "../graph.js";
import { keepOutputNames, rewriteNodes } from "../rewrite.js";
import { tensorOf } from "../tensor-data.js";
import { prune } from "./prune.js";

/**
 * The same computation without its Dropout nodes, but for one that trains, or whose mask is read. Outputs keep their
 * names.
 */
export function withoutDropout(graph: Graph): Graph {
  const passed = rewriteNodes(graph, (node) => {
    const [data] = node.inputs;
    return isIdle(node) ? [data, ...node.outputs.slice(1)] : undefined;
  });
  return prune(keepOutputNames(passed, graph.outputs));
}

function isIdle({ opType, domain, inputs: [, , training] }: Node): boolean {
  if (opType !== "Dropout" || domain !== "") return false;
  return !training || (training.constant !== undefined && Number(tensorOf(training.constant).data[0]) === 0);
}
