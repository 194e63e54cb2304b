// Keeps ONNX Runtime from merging a Pad into the MaxPool after it. Padding with zeros is not what MaxPool does at its
// edges, where it ignores what is outside: with all values of a window negative, the answers differ. The runtime
// (1.30 at least) merges them all the same, but not where the Pad lists its axes.

import { list } from "../emit.js";
import { createNode, type Graph, type Node, type Value } from "../graph.js";
import { rewriteNodes } from "../rewrite.js";

/** The same computation; every Pad that a MaxPool reads states the axes it pads, which are all. */
export function withExplicitPads(graph: Graph): Graph {
  const read = new Set(graph.nodes.filter(isOnnx("MaxPool")).map(({ inputs }) => inputs[0]));
  return rewriteNodes(graph, (node, { outputs }) => {
    const [data, pads, value, axes] = node.inputs;
    const count = pads?.shape?.[0];
    if (!isOnnx("Pad")(node) || !read.has(outputs[0]) || axes || typeof count !== "number") return undefined;
    const all = list(`${node.name || "Pad"}_axes`, [...Array(count / 2).keys()]);
    const { outputs: _, ...fields } = node;
    return createNode({ ...fields, inputs: [data, pads, value, all] }, node.outputs as readonly Value[]).outputs;
  });
}

const isOnnx =
  (opType: string) =>
  (node: Node): boolean =>
    node.domain === "" && node.opType === opType;
