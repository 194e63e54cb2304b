// Follows the batch from the image through a graph: which dimension of each value holds the photos.
import { type Graph, type Node, reads, subgraphs, type Value } from "../../graph.js";
import type { BatchPlace } from "./place.js";
import type { Outcome, Situation } from "./rule.js";
import { outcomes } from "./rules.js";

/** Shapes of a graph's values, measured on a batch. */
export type Shapes = ReadonlyMap<Value, readonly number[]>;

/**
 * The places of all values that hold the batch of `image` [batch, …]; values that are not there hold none. Undefined
 * when the graph mixes photos, or does not give one row per photo. Where batches of one photo leave open what a reshape
 * does to the batch, the first way is taken on which no operator mixes photos.
 */
export function placeBatch(
  graph: Graph,
  image: Value,
  shapes: Shapes,
  batch: number,
): ReadonlyMap<Value, BatchPlace> | undefined {
  const { nodes } = graph;
  const places = new Map<Value, BatchPlace>([[image, { axis: 0, inner: 1 }]]);
  const forks: { readonly position: number; readonly ways: readonly Outcome[] }[] = [];
  let position = 0;
  for (let step = 0; step < nodes.length + MAX_DETOUR; step++) {
    const node = nodes[position];
    if (!node && givesRows(graph, places, shapes, batch)) return places;
    let ways = node ? waysOf(node, places, shapes, batch) : [];
    if (ways.length === 0) {
      const fork = forks.pop();
      if (!fork) return undefined;
      for (const passed of nodes.slice(fork.position, position)) forget(passed, places);
      ({ position, ways } = fork);
    }
    const [way, ...others] = ways;
    if (others.length > 0) forks.push({ position, ways: others });
    if (way !== "none") place(nodes[position]!, way!, places, shapes);
    position++;
  }
  return undefined;
}

/** Nodes passed again after wrong turns: enough for real networks, an end for all others. */
const MAX_DETOUR = 20_000;

const NOWHERE: readonly Outcome[] = ["none"];

function waysOf(node: Node, places: ReadonlyMap<Value, BatchPlace>, shapes: Shapes, batch: number): readonly Outcome[] {
  const result = node.outputs[0] && shapes.get(node.outputs[0]);
  const isInside = subgraphs(node).length > 0 && reads(node).some((value) => places.has(value));
  // What happens in a subgraph is not followed; networks have none on the image's way but to drop dimensions of 1.
  if (isInside) return result?.[0] === batch ? [{ axis: 0, inner: 1 }] : [];
  if (!node.inputs.some((value) => value && places.has(value))) return NOWHERE;
  return result ? outcomes(situationOf(node, result, places, shapes, batch)) : [];
}

/** @param result shape of the node's first output */
export function situationOf(
  node: Node,
  result: readonly number[],
  places: ReadonlyMap<Value, BatchPlace>,
  shapes: Shapes,
  batch: number,
): Situation {
  // Constants were not measured; their shape is known.
  const shapeOf = (value: Value): readonly number[] => shapes.get(value) ?? (value.shape as readonly number[]);
  return {
    node,
    places: node.inputs.map((value) => value && places.get(value)),
    shapes: node.inputs.map((value) => (value ? shapeOf(value) : [])),
    result,
    batch,
  };
}

function place({ outputs }: Node, found: BatchPlace, places: Map<Value, BatchPlace>, shapes: Shapes): void {
  const rank = outputs[0] && shapes.get(outputs[0])?.length;
  for (const output of outputs) if (output && shapes.get(output)?.length === rank) places.set(output, found);
}

function forget({ outputs }: Node, places: Map<Value, BatchPlace>): void {
  for (const output of outputs) if (output) places.delete(output);
}

function givesRows({ outputs }: Graph, places: ReadonlyMap<Value, BatchPlace>, shapes: Shapes, batch: number): boolean {
  const held = outputs.filter((output) => places.has(output));
  return held.length > 0 && held.every((output) => places.get(output)!.axis === 0 && shapes.get(output)![0] === batch);
}
