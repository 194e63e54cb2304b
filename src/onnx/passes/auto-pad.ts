// Makes padding explicit: `auto_pad` tells it only together with sizes. Where these are known, it becomes `pads`.
import { type Attribute, createNode, type Dim, type Graph, type Node } from "../graph.js";
import { integersOf } from "../node-facts.js";
import { rewriteNodes } from "../rewrite.js";

const windowed = new Set(["AveragePool", "Conv", "ConvTranspose", "LpPool", "MaxPool"]);

/** The same computation with explicit pads; a node of unknown size keeps `auto_pad`. */
export const withoutAutoPad = (graph: Graph): Graph =>
  rewriteNodes(graph, (node) => {
    const { auto_pad: mode, ...others } = node.attributes;
    if (mode?.type !== "STRING" || !windowed.has(node.opType) || node.domain !== "") return undefined;
    const pads = mode.value === "NOTSET" ? integersOf(node, "pads") : padsFor(mode.value, node);
    if (mode.value !== "NOTSET" && !pads) return undefined;
    // Beside an output_shape the runtime makes the pads itself, an odd one at the beginning.
    const { output_shape: _, ...withoutShape } = others;
    const attributes = mode.value.startsWith("SAME") ? withoutShape : others;
    const explicit: Record<string, Attribute> = pads
      ? { ...attributes, pads: { type: "INTS", value: pads } }
      : attributes;
    const { outputs, ...fields } = node;
    return createNode({ ...fields, attributes: explicit }, outputs).outputs;
  });

function padsFor(mode: string, node: Node): readonly number[] | undefined {
  const sizes = spaceOf(node.inputs[0]?.shape);
  const kernel = integersOf(node, "kernel_shape") ?? spaceOf(node.inputs[1]?.shape);
  if (!kernel) return undefined;
  if (mode === "VALID") return kernel.flatMap(() => [0, 0]);
  if (!sizes) return undefined;
  const shape = node.opType === "ConvTranspose" ? integersOf(node, "output_shape") : undefined;
  const rests = sizes.map((size, i) => {
    const stride = integersOf(node, "strides")?.[i] ?? 1;
    // The runtime's MaxPool (1.30) pads as if there were no dilations.
    const dilation = node.opType === "MaxPool" ? 1 : (integersOf(node, "dilations")?.[i] ?? 1);
    const span = dilation * (kernel[i]! - 1) + 1;
    if (node.opType !== "ConvTranspose") return (Math.ceil(size / stride) - 1) * stride + span - size;
    // Its output is `stride` times as large, unless it says otherwise.
    const out = shape?.[i] ?? size * stride;
    return stride * (size - 1) + (integersOf(node, "output_padding")?.[i] ?? 0) + span - out;
  });
  // More than it can give: the runtime knows what it does then.
  if (shape && rests.some((rest) => rest < 0)) return undefined;
  const totals = rests.map((rest) => Math.max(0, rest));
  // An odd pixel goes to the end, or with SAME_LOWER to the beginning.
  const begin = totals.map((total) => (mode === "SAME_LOWER" ? Math.ceil(total / 2) : Math.floor(total / 2)));
  return [...begin, ...totals.map((total, i) => total - begin[i]!)];
}

/** Sizes of space in [N, C, ...sizes]; undefined unless all are known. */
function spaceOf(shape: readonly Dim[] | undefined): readonly number[] | undefined {
  const sizes = shape?.slice(2);
  return sizes?.every((size): size is number => typeof size === "number") ? sizes : undefined;
}
