// GatherND by lists of single indices is Gather of rows: the one form of it that exporters write, for a lookup table.
import { constant, emit } from "../emit.js";
import type { Graph, Node, Value } from "../graph.js";
import { integerOf } from "../node-facts.js";
import { rewriteNodes } from "../rewrite.js";
import { tensorOf } from "../tensor-data.js";

/** The same computation; GatherND of constant indices [..., 1] becomes Gather. */
export const gatherRows = (graph: Graph): Graph =>
  rewriteNodes(graph, (node) => {
    const [data, indices] = node.inputs;
    if (!isOfRows(node) || !indices?.constant) return undefined;
    const rows = tensorOf(indices.constant);
    const listed = constant(indices.name, { ...rows, shape: rows.shape.slice(0, -1) });
    return [emit("Gather", node.name || "Gather", [data, listed], data?.dtype && { dtype: data.dtype })];
  });

const isOfRows = (node: Node): boolean =>
  node.domain === "" &&
  node.opType === "GatherND" &&
  (integerOf(node, "batch_dims") ?? 0) === 0 &&
  (node.inputs[1] as Value).shape?.at(-1) === 1;
