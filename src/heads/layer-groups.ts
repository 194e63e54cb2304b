// Divides a pretrained network into layer groups, from the image to the features: what is frozen, and trained at a rate of its
// own, together.
import { invalidArgument } from "../errors.js";
import type { Node, Value } from "../onnx/graph.js";
import { sizeOf } from "../tensor.js";
import type { Narrow } from "./classifier.js";
import { namesLike } from "./cut.js";
import { stagesOf } from "./stages.js";
import { type LearntConstant, learntConstants, parametersOf, type Weight } from "./weights.js";

export interface LayerGroup {
  /** "56×56", "stem", "blocks 1-2", "197 tokens", "vector"; or the name that was given for its end. */
  readonly name: string;
  /** The bottleneck at its end, one row per photo: where the network can be divided. */
  readonly end: Value;
  /** Of `end`, for the photos that the network was measured with. */
  readonly shape: readonly number[];
  /** Those that depend on the image, in order. */
  readonly nodes: readonly Node[];
  /** What can be trained. A weight that several groups read belongs to the first of them. */
  readonly weights: readonly Weight[];
  /** Running means and variances of its batch normalisations. */
  readonly statistics: readonly LearntConstant[];
  /** Numbers in the weights. */
  readonly parameters: number;
}

export interface LayerGroupOptions {
  /** Names the model in errors. */
  readonly source: string;
  /**
   * Names of values, or of their nodes, that each end a group, in order; the rest is the last group. Default: stages of one
   * resolution, or the blocks of a network that has only one.
   */
  readonly ends?: readonly string[] | undefined;
}

/**
 * @param route the bottlenecks from the image to the features, see `Cut`.
 * @returns at least one group, from the image on; the last one ends with the route.
 * @throws RegraftError "invalid-argument" for an end that is no bottleneck, or not in order
 */
export function layerGroups(route: readonly Narrow[], { source, ends }: LayerGroupOptions): LayerGroup[] {
  const { weights, statistics } = learntOn(route);
  const parts = ends ? namedParts(route, ends, source) : partsByDepth(route, weights);
  return parts.map(({ name, end }, i) => {
    const within = <T>(places: readonly T[]): readonly T[] =>
      places.slice(i === 0 ? 0 : parts[i - 1]!.end + 1, end + 1);
    const own = within(weights).flat();
    return {
      name,
      end: route[end]!.value,
      shape: route[end]!.shape,
      nodes: within(route).flatMap(({ nodes }) => nodes),
      weights: own,
      statistics: within(statistics).flat(),
      parameters: parametersOf(own),
    };
  });
}

/** What was learnt, block by block of the route. */
function learntOn(route: readonly Narrow[]): { weights: Weight[][]; statistics: LearntConstant[][] } {
  const places = new Map(route.flatMap(({ nodes }, at) => nodes.map((node) => [node, at] as const)));
  const { weights, statistics } = learntConstants([...places.keys()]);
  const placed = <T extends LearntConstant>(constants: readonly T[]): T[][] => {
    const lists = route.map((): T[] => []);
    for (const constant of constants) lists[places.get(constant.node)!]!.push(constant);
    return lists;
  };
  return { weights: placed(weights), statistics: placed(statistics) };
}

interface Part {
  readonly name: string;
  /** Where on the route. */
  readonly end: number;
}

function partsByDepth(route: readonly Narrow[], weights: readonly (readonly Weight[])[]): Part[] {
  const stages = stagesOf(route, weights);
  const parts: Part[] = [];
  let name = stages[0]?.name ?? "all";
  for (const stage of stages.slice(1)) {
    const end = endBefore(stage.start, route, weights);
    if (end === undefined) continue;
    parts.push({ name, end });
    name = stage.name;
  }
  return [...parts, { name, end: route.length - 1 }];
}

/** Of the places between the last weight and the next layer, the one that hands over least; of equals the last. */
function endBefore(
  start: number,
  route: readonly Narrow[],
  weights: readonly (readonly Weight[])[],
): number | undefined {
  const sizeAt = (at: number): number => sizeOf(route[at]!.shape);
  let best: number | undefined;
  for (let at = start - 1; at > 0; at--) {
    if (isDivisible(route, at) && (best === undefined || sizeAt(at) < sizeAt(best))) best = at;
    if (weights[at]!.length > 0) break;
  }
  return best;
}

/** Whether it gives floats, one row per photo. */
function isDivisible(route: readonly Narrow[], at: number): boolean {
  const { value, shape } = route[at]!;
  return at > 0 && shape[0] === route[0]!.shape[0] && (value.dtype ?? "float32") === "float32";
}

function namedParts(route: readonly Narrow[], ends: readonly string[], source: string): Part[] {
  const last = route.length - 1;
  const parts: Part[] = [];
  for (const name of ends) {
    const end = route.findIndex(({ value }) => value.name === name || value.producer?.name === name);
    const refuse = (why: string) =>
      invalidArgument("layerGroups", "names of values that every path of the network goes through", name, why);
    const places = route.flatMap(({ value }, at) => (isDivisible(route, at) ? value : []));
    if (end < 0) throw refuse(`${source} has no such place before its features; ${namesLike(name, places)}.`);
    if (!isDivisible(route, end)) throw refuse(`${source} does not give one row of floats per photo there.`);
    const before = parts.at(-1);
    if (before && end <= before.end) throw refuse(`In ${source} it does not come after "${before.name}".`);
    parts.push({ name, end });
  }
  return parts.at(-1)?.end === last ? parts : [...parts, { name: route[last]!.value.name, end: last }];
}
