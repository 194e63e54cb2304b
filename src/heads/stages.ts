// A network's stages: the blocks in a row that work at one resolution, with the numbers they have learnt.
import { type Node, reads, subgraphs, type Value } from "../onnx/graph.js";
import { sizeOf } from "../tensor.js";
import type { Narrow } from "./classifier.js";

export interface Stage {
  /** "56×56" for feature maps of this size, "197 tokens", or "vector". */
  readonly resolution: string;
  /** Numbers in the weights, statistics of batch normalisation included. */
  readonly parameters: number;
  readonly operators: number;
}

/** @param route the bottlenecks from the image on; a block belongs to the stage of the resolution it ends in. */
export function stagesOf(route: readonly Narrow[]): Stage[] {
  const seen = new Set<Value>();
  const stages: Stage[] = [];
  for (const { nodes, shape } of route.slice(1)) {
    const resolution = resolutionOf(shape);
    const before = stages.at(-1)?.resolution === resolution ? stages.pop() : undefined;
    stages.push({
      resolution,
      parameters: (before?.parameters ?? 0) + parametersOf(nodes, seen),
      operators: (before?.operators ?? 0) + nodes.length,
    });
  }
  return stages;
}

function resolutionOf([, ...dims]: readonly number[]): string {
  if (dims.length === 3) return `${dims[1]}×${dims[2]}`;
  return dims.length === 2 ? `${dims[0]} tokens` : "vector";
}

// Constants of these types are shapes, axes and switches.
const noWeights = new Set<Value["dtype"]>(["int64", "bool", "string", undefined]);

/** Numbers in the weights that nodes read, their subgraphs included; `seen` are those counted before. */
export function parametersOf(nodes: readonly Node[], seen = new Set<Value>()): number {
  const read = nodes.flatMap((node) => [
    ...reads(node),
    ...subgraphs(node).flatMap(({ initializers }) => initializers),
  ]);
  const fresh = new Set(read.filter((value) => value.constant && !noWeights.has(value.dtype) && !seen.has(value)));
  for (const value of fresh) seen.add(value);
  const inner = nodes.flatMap(subgraphs).reduce((sum, graph) => sum + parametersOf(graph.nodes, seen), 0);
  return [...fresh].reduce((sum, { shape = [] }) => sum + sizeOf(shape as readonly number[]), inner);
}
