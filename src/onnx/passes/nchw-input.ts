// Networks from TensorFlow take photos [N, H, W, 3]; after this pass they take [N, 3, H, W] as all others do.
import { assert } from "../../errors.js";
import { createNode, type Graph, type Node, type Value } from "../graph.js";
import { keepOutputNames, rewriteNodes } from "../rewrite.js";
import { prune } from "./prune.js";

/**
 * The graph with its input `image` [N, H, W, C] turned into [N, C, H, W] of the same name, and transposed back inside.
 * Where the graph itself begins by transposing the image to [N, C, H, W], as exporters do it, both transposes go.
 */
export function toChannelsFirst(graph: Graph, image: Value): Graph {
  const { shape } = image;
  assert(shape?.length === 4 && graph.inputs.includes(image), `${image.name} is no image input`);
  const [batch, height, width, channels] = shape;
  const channelsFirst: Value = { ...image, shape: [batch, channels, height, width] };
  const name = `${image.name}_channels_last`;
  const perm = { type: "INTS", value: [0, 2, 3, 1] } as const;
  const [channelsLast] = createNode(
    { opType: "Transpose", domain: "", name, inputs: [channelsFirst], attributes: { perm } },
    [{ name, ...(image.dtype && { dtype: image.dtype }), shape }],
  ).outputs;

  const undone = (node: Node): boolean =>
    node.opType === "Transpose" && node.domain === "" && node.inputs[0] === channelsLast && toFirst(node);
  const rewritten = rewriteNodes(
    graph,
    (node) => (undone(node) ? [channelsFirst] : undefined),
    new Map([[image, channelsLast!]]),
  );
  const inputs = rewritten.inputs.map((value) => (value === channelsLast ? channelsFirst : value));
  const nodes = [channelsLast!.producer!, ...rewritten.nodes];
  return prune(keepOutputNames({ ...rewritten, inputs, nodes }, graph.outputs));
}

const toFirst = ({ attributes: { perm } }: Node): boolean =>
  perm?.type === "INTS" && perm.value.map(Number).join() === "0,3,1,2";
