// Lists of tensors that a graph builds only to take elements out again become the tensors themselves: exporters write
// them where Python code had a list, and neither shapes nor gradients are known of a list.

import { list } from "../emit.js";
import { createNode, type Graph, type Node, type Value } from "../graph.js";
import { integerOf, numbersOf } from "../node-facts.js";
import { emitFor, int } from "../opset/rule.js";
import { rewriteNodes } from "../rewrite.js";
import { prune } from "./prune.js";

/**
 * The graph with `SequenceAt` of a list that is split off a tensor or listed, and `ConcatFromSequence` of one that is
 * listed, said without the list. Lists whose positions or splits are no constants, or that operators change, stay.
 */
export const dissolveSequences = (graph: Graph): Graph =>
  prune(
    rewriteNodes(graph, (node) => {
      if (node.domain !== "") return undefined;
      const [sequence] = node.inputs;
      const source = sequence?.producer;
      if (source?.domain !== "") return undefined;
      const value =
        node.opType === "SequenceAt"
          ? elementOf(source, numbersOf(node, 1)?.[0], node)
          : node.opType === "ConcatFromSequence" && source.opType === "SequenceConstruct"
            ? joined(source.inputs, node)
            : undefined;
      return value && [value];
    }),
  );

/** A negative position counts from the end. */
function elementOf(source: Node, position: number | undefined, node: Node): Value | undefined {
  if (position === undefined) return undefined;
  if (source.opType === "SequenceConstruct") return source.inputs.at(position);
  if (source.opType !== "SplitToSequence") return undefined;
  const [data, split] = source.inputs;
  const axis = integerOf(source, "axis") ?? 0;
  const sizes = split ? numbersOf(source, 1) : [1];
  if (!sizes) return undefined;
  // One size is that of every piece, and how many there are is open.
  const isRepeated = !split || split.shape?.length === 0;
  const at = position < 0 && !isRepeated ? position + sizes.length : position;
  if (at < 0 || (!isRepeated && at >= sizes.length)) return undefined;
  const start = isRepeated ? at * sizes[0]! : sizes.slice(0, at).reduce((sum, size) => sum + size, 0);
  const end = start + (isRepeated ? sizes[0]! : sizes[at]!);
  const emit = emitFor(node);
  const named = (name: string, value: number): Value => list(`${node.name || "piece"}_${name}`, [value]);
  const piece = emit("Slice", [data, named("start", start), named("end", end), named("axis", axis)]);
  const isKept = split !== undefined || (integerOf(source, "keepdims") ?? 1) === 1;
  return likeOutput(isKept ? piece : emit("Squeeze", [piece, named("axis", axis)]), node);
}

function joined(values: Node["inputs"], node: Node): Value {
  const axis = integerOf(node, "axis") ?? 0;
  const isNew = integerOf(node, "new_axis") === 1;
  const emit = emitFor(node);
  const axes = list(`${node.name || "joined"}_axis`, [axis]);
  const parts = isNew ? values.map((value) => emit("Unsqueeze", [value, axes])) : values;
  return likeOutput(emit("Concat", parts, { axis: int(axis) }), node);
}

/** `value` under the name and type of the node's output. */
function likeOutput({ producer }: Value, node: Node): Value {
  const { outputs: _, ...fields } = producer!;
  return createNode(fields, [node.outputs[0]!]).outputs[0]!;
}
