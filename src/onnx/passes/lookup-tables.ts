// Tables that are looked up in the same way for every photo, such as Swin's biases by relative position. What was learnt are
// their few entries, each of which stands in many places: looked up once and for all, every place would learn for itself.
import type { Node, Value } from "../graph.js";
import { elementTypeOf } from "../opset/element-type.js";

/** Operators that give the elements of their first input in another form. */
export const movements: ReadonlySet<string> = new Set([
  ...["Expand", "Tile", "Reshape", "Flatten", "Transpose", "Squeeze", "Unsqueeze", "Slice", "Gather", "Identity"],
]);

/**
 * The nodes that look up such tables, and those that only move what was found on its way to `values`.
 * @param sizeOf elements of a value that can be computed without an input, undefined for any other.
 */
export function lookups(values: readonly Value[], sizeOf: (value: Value) => number | undefined): ReadonlySet<Node> {
  const found = new Set<Node>();
  for (const value of values) {
    if (elementTypeOf(value) !== "float32") continue;
    const path: Node[] = [];
    let node = value.producer;
    while (node && node.domain === "" && movements.has(node.opType)) {
      path.push(node);
      if (isLookup(node, sizeOf)) for (const passed of path) found.add(passed);
      node = node.inputs[0]?.producer;
    }
  }
  return found;
}

/** Whether entries are found more than once. */
function isLookup({ opType, inputs, outputs }: Node, sizeOf: (value: Value) => number | undefined): boolean {
  const [table, places] = [inputs[0]!, outputs[0]!].map(sizeOf);
  return opType === "Gather" && table !== undefined && places !== undefined && places > table;
}
