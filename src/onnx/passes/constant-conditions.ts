// An If whose condition is a constant becomes the branch that is taken: exporters of scripts leave such ones behind.
import type { Graph } from "../graph.js";
import { keepOutputNames, rewriteNodes } from "../rewrite.js";
import { tensorOf } from "../tensor-data.js";

/** The same computation; the same graph when no condition is constant. */
export function takeConstantBranches(graph: Graph): Graph {
  const taken = rewriteNodes(graph, ({ opType, domain, inputs: [condition], attributes }) => {
    if (opType !== "If" || domain !== "" || !condition?.constant) return undefined;
    const branch = Number(tensorOf(condition.constant).data[0]) ? attributes.then_branch : attributes.else_branch;
    return branch?.type === "GRAPH" ? branch.value.outputs : undefined;
  });
  return keepOutputNames(taken, graph.outputs);
}
