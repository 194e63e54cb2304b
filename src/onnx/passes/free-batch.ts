// Networks exported for a fixed number of photos → networks for any number.
import { emit } from "../emit.js";
import { createNode, type Graph, type Node, type Value } from "../graph.js";
import { rewriteNodes } from "../rewrite.js";
import { tensorOutputs } from "../tensor-values.js";
import { editForAnyBatch } from "./batch/edits.js";
import type { BatchPlace } from "./batch/place.js";
import { placeBatch, type Shapes, situationOf } from "./batch/places.js";
import { prune } from "./prune.js";

/**
 * The graph with its input `image` [4, 3, H, W] for any batch: ["batch", 3, H, W]. What an exporter wrote down for its
 * batch goes: sizes that tensors are reshaped, expanded, resized or cut to, and constants with a row for each photo, such
 * as class tokens, as long as the rows are equal.
 *
 * This is a proposal, as a batch of one photo leaves open where in a shape it is: run it before use, on photos together
 * and apart. Undefined when nothing fixes the batch, or there is no way to free it.
 * @param measure shapes of values for a batch of photos of the fixed size
 */
export async function freeBatch(
  graph: Graph,
  image: Value,
  measure: (values: readonly Value[]) => Promise<Shapes>,
): Promise<Graph | undefined> {
  const batch = image.shape?.[0];
  if (typeof batch !== "number" || batch < 1) return undefined;
  const live = prune(graph);
  const shapes = await measure([image, ...live.nodes.flatMap(tensorOutputs)]);
  const places = placeBatch(live, image, shapes, batch);
  return places && withAnyBatch(live, image, places, shapes);
}

function withAnyBatch(graph: Graph, image: Value, places: ReadonlyMap<Value, BatchPlace>, shapes: Shapes): Graph {
  const batch = image.shape![0] as number;
  const free: Value = { ...image, shape: ["batch", ...image.shape!.slice(1)] };
  const attributes = { start: { type: "INT", value: 0 }, end: { type: "INT", value: 1 } } as const;
  const rows = emit("Shape", "batch_size", [free], { attributes });
  const isSized = image.shape!.every((size) => typeof size === "number");
  const changesOf = (node: Node, before: Node): ReturnType<typeof editForAnyBatch> => {
    const [output] = before.outputs;
    const place = output && places.get(output);
    if (!place) return undefined;
    const situation = situationOf(before, shapes.get(output)!, places, shapes, batch);
    return editForAnyBatch({ ...situation, node, place, rows, isSized });
  };
  return rewriteNodes(
    graph,
    (node, before) => {
      if (node === before) return undefined;
      // What the file says of shapes holds for its own batch.
      const outputs = before.outputs.map((value) => value && withFreeShape(value, places.get(value), batch));
      return createNode({ ...node, ...changesOf(node, before) }, outputs).outputs;
    },
    new Map([[image, free]]),
  );
}

/** A dimension that is the batch alone is called so; any other that depends on its size is open. */
function withFreeShape({ shape, ...value }: Value, place: BatchPlace | undefined, batch: number): Value {
  // A file may say what is not so; the runtime then finds the shape itself.
  if (!shape || !place || place.axis >= shape.length) return value;
  const isBatch = place.inner === 1 && shape[place.axis] === batch;
  return { ...value, shape: shape.with(place.axis, isBatch ? "batch" : undefined) };
}
