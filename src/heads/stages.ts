// Divides a network by depth, as people speak of it: into stages of one resolution, or, where nearly all of it has one
// resolution, into blocks.
import { sizeOf } from "../tensor.js";
import type { Narrow } from "./classifier.js";
import type { Weight } from "./weights.js";

/** A part of the network, from one layer up to the first layer of the next. */
export interface Stage {
  /** "56×56" for feature maps of this size, "197 tokens", "vector"; "stem" and "blocks 1-2" of a network of blocks. */
  readonly name: string;
  /** Where on the route its first layer is. */
  readonly start: number;
}

/** So many groups of blocks: more learning rates tell nobody more. */
const mostBlocks = 12;
/** The share of the layers at one resolution beyond which they are divided into blocks. */
const nearlyAll = 3 / 4;
/** How many times as many positions, or as few, make another resolution. Convolutions without padding lose an edge. */
const otherResolution = 1.5;

/**
 * @param route the bottlenecks from the image on. A block belongs to the resolution it ends in.
 * @param weights those of each block of the route.
 * @returns stages in order; none where there are no layers.
 */
export function stagesOf(route: readonly Narrow[], weights: readonly (readonly Weight[])[]): Stage[] {
  const layers = weights.flatMap((own, at): Layer[] => {
    const shapes = own.filter(({ isLayer }) => isLayer).map(({ value }) => `${value.shape}`);
    return shapes.length === 0 ? [] : [{ at, shapes }];
  });
  return byResolution(route, layers).flatMap((stage, i) => {
    const whole = { name: stage.name, start: stage.layers[0]!.at };
    const blocks = stage.layers.length > nearlyAll * layers.length ? blocksOf(stage.layers) : [];
    if (blocks.length < 2) return whole;
    // What comes before the first block.
    const rest = blocks[0]!.start === whole.start ? [] : [i === 0 ? { ...whole, name: "stem" } : whole];
    return [...rest, ...blocks];
  });
}

/** A block that holds layers. */
interface Layer {
  readonly at: number;
  /** Of its kernels and matrices. */
  readonly shapes: readonly string[];
}

function byResolution(route: readonly Narrow[], layers: readonly Layer[]): { name: string; layers: Layer[] }[] {
  const stages: { name: string; positions: number; layers: Layer[] }[] = [];
  for (const layer of layers) {
    const stage = stages.at(-1);
    const { name, positions } = resolutionOf(route, layer.at) ?? stage ?? { name: "vector", positions: 1 };
    const ratio = stage ? Math.max(positions / stage.positions, stage.positions / positions) : 1;
    if (stage && ratio < otherResolution) {
      stage.layers.push(layer);
      // The class token is counted from where it joins.
      stage.name = name;
      continue;
    }
    const opened = stage && isSubsampling(route, layer.at) ? openingOf(route, stage.layers) : [];
    stages.push({ name, positions, layers: [...opened, layer] });
  }
  return stages;
}

/** Whether the layer itself changes the resolution; pooling before it leaves no work to it. */
function isSubsampling(route: readonly Narrow[], at: number): boolean {
  const [before, after] = [at - 1, at].map((index) => resolutionOf(route, index)?.positions);
  return before !== after;
}

/**
 * A layer before a subsampling one that does nothing but add channels for it, as in MobileNet's inverted bottlenecks,
 * belongs to the same block. It is taken from `layers`, of which one is left at least. Between blocks, tensors are small.
 */
function openingOf(route: readonly Narrow[], layers: Layer[]): Layer[] {
  const { at, shapes } = layers.at(-1)!;
  const widens = sizeOf(route[at]!.shape) > sizeOf(route[at - 1]!.shape);
  return widens && shapes.length === 1 && layers.length > 1 ? layers.splice(-1) : [];
}

interface Resolution {
  readonly name: string;
  readonly positions: number;
}

/** Undefined where it cannot be told from the shape. */
function resolutionOf(route: readonly Narrow[], at: number): Resolution | undefined {
  const [batch, , height, width] = route[0]!.shape;
  const [rows, ...dims] = route[at]!.shape;
  if (rows !== batch || dims.length === 0 || dims.length > 3) return undefined;
  if (dims.length < 3) {
    const positions = dims.length === 2 ? dims[0]! : 1;
    return { name: positions === 1 ? "vector" : `${positions} tokens`, positions };
  }
  // [C, H, W], or [H, W, C] where this has the image's proportions rather.
  const distortion = ([h, w]: readonly number[]): number => Math.abs(Math.log((h! * width!) / (w! * height!)));
  const [first, last] = [dims.slice(0, 2), dims.slice(1)];
  const size = distortion(first) < distortion(last) ? first : last;
  const positions = sizeOf(size);
  return { name: positions === 1 ? "vector" : size.join("×"), positions };
}

/** Blocks repeat: each begins where the layers do that come most often; where none come twice, every layer is one. */
function blocksOf(layers: readonly Layer[]): Stage[] {
  const kinds = layers.map(({ shapes }) => shapes.toSorted().join(" "));
  const counts = new Map<string, number>();
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const most = Math.max(...counts.values());
  const first = kinds.find((kind) => counts.get(kind) === most);
  const starts = layers.filter((_, i) => most === 1 || kinds[i] === first).map(({ at }) => at);
  const groups = Math.min(starts.length, mostBlocks);
  const before = (group: number): number => Math.floor((group * starts.length) / groups);
  return Array.from({ length: groups }, (_, group) => {
    const [from, to] = [before(group) + 1, before(group + 1)];
    return { name: from === to ? `block ${to}` : `blocks ${from}-${to}`, start: starts[from - 1]! };
  });
}
