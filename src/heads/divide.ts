// Divides a frozen network at a bottleneck: what lies below runs once per photo, what lies above is trained.
import { RegraftError } from "../errors.js";
import { emit, list } from "../onnx/emit.js";
import { computationOf, type Dim, type Graph, graphOf, type Node, reads, type Value } from "../onnx/graph.js";
import { describeNode, integerOf } from "../onnx/node-facts.js";
import { type ValueTypes, withTypes } from "../onnx/passes/measure-types.js";

/** The network from its image to `at`. */
export const below = ({ inputs }: Graph, at: Value): Graph => graphOf("frozen", inputs, [at]);

/**
 * The network from `at` to its output, all values with their types. Exporters read sizes off the photos, or off what is
 * below: above, these are what they were measured to be, and the batch is read off `at`.
 * @throws RegraftError "unsupported-model" for sizes that are neither numbers nor the batch
 */
export function above(graph: Graph, at: Value, types: ValueTypes): Graph {
  const sizes = sizesRead(graph, at, types);
  const input: Value = { name: at.name, ...types.get(at) };
  const rows = emit("Shape", "batch_size", [input], {
    attributes: { start: { type: "INT", value: 0 }, end: { type: "INT", value: 1 } },
    dtype: "int64",
    shape: [1],
  });
  const replacements = sizes.map((node) => [node.outputs[0]!, sizesAs(node, rows, types)] as const);
  const { outputs } = withTypes(graph, types, new Map([[at, input], ...replacements]));
  return graphOf("layers", [input], outputs);
}

/** Nodes that measure what lies below `at`, and whose answer is read above, other than for a number that is known. */
function sizesRead({ inputs, nodes, outputs }: Graph, at: Value, types: ValueTypes): readonly Node[] {
  const [onPhotos, onBoundary] = [dependents(nodes, inputs), dependents(nodes, [at])];
  // What depends on neither, a mask of attention windows for one, is there above as well.
  const isBelow = (value: Value): boolean => onPhotos.has(value) && !onBoundary.has(value);
  const measuring = nodes.filter(({ opType, inputs: [measured] }) => isMeasure(opType) && isBelow(measured!));
  const sizes = new Set(measuring.map((node) => node.outputs[0]!));
  const isKnown = (value: Value): boolean => value === at || sizes.has(value) || types.get(value)?.tensor !== undefined;
  const read = new Set(computationOf(outputs, isKnown).nodes.flatMap(reads));
  return measuring.filter((node) => read.has(node.outputs[0]!));
}

function dependents(nodes: readonly Node[], from: readonly Value[]): ReadonlySet<Value> {
  const depends = new Set(from);
  for (const node of nodes) {
    if (!reads(node).some((value) => depends.has(value))) continue;
    for (const output of node.outputs) if (output) depends.add(output);
  }
  return depends;
}

const isMeasure = (opType: string): boolean => opType === "Shape" || opType === "Size";

/** What a Shape node gives, of a value that is not there any more. Size counts all numbers, those of every photo. */
function sizesAs(node: Node, rows: Value, types: ValueTypes): Value {
  const shape = (node.opType === "Shape" && types.get(node.inputs[0]!)?.shape) || [undefined];
  const start = integerOf(node, "start") ?? 0;
  const parts = shape.slice(start, integerOf(node, "end")).map((dim) => sizeAs(dim, node, rows));
  // A single number's.
  if (parts.length === 0) return list("sizes", []);
  return emit("Concat", node.name || "sizes", parts, {
    attributes: { axis: { type: "INT", value: 0 } },
    dtype: "int64",
    shape: [parts.length],
  });
}

function sizeAs(dim: Dim, node: Node, rows: Value): Value {
  if (typeof dim === "number") return list("size", [dim]);
  if (dim === "batch") return rows;
  const reason = `${describeNode(node)} reads a size below the layers to train that changes with the batch`;
  throw new RegraftError(
    "unsupported-model",
    { source: "the network", reason },
    `The network cannot be unfrozen there: ${reason}. Freeze up to another layer group.`,
  );
}
