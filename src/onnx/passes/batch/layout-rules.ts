// Where the batch goes when a tensor is laid out anew: reshaped, transposed, cut, or parts of it are taken.
import { sizeOf } from "../../../tensor.js";
import { axesOf, counted, integerOf, integersOf, numbersOf } from "../../node-facts.js";
import { tensorOf } from "../../tensor-data.js";
import { moved, placesAfterReshape, withoutAxes } from "./place.js";
import type { Rule, Situation } from "./rule.js";

export const transpose: Rule = ({ node, places, result }) => {
  const perm = integersOf(node, "perm");
  return moved(places[0], (at) => (perm ? perm.indexOf(at) : result.length - 1 - at));
};

export const reshape: Rule = ({ places: [place], shapes: [shape], result, batch }) =>
  place ? placesAfterReshape(place, shape!, result, batch) : ["none"];

export const flatten: Rule = ({ node, places, shapes: [shape] }) => {
  const split = counted(integerOf(node, "axis") ?? 1, shape!.length);
  return places.slice(0, 1).flatMap((place) => {
    if (!place) return [];
    const isFirst = place.axis < split;
    const within = shape!.slice(place.axis + 1, isFirst ? split : undefined);
    return [{ axis: isFirst ? 0 : 1, inner: within.reduce((product, size) => product * size, place.inner) }];
  });
};

export const squeeze: Rule = ({ node, places, shapes: [shape] }) => {
  const axes = axesOf(node)?.map((axis) => counted(axis, shape!.length));
  const dropped = axes ?? shape!.flatMap((size, i) => (size === 1 ? [i] : []));
  return moved(places[0], (at) => (dropped.includes(at) ? undefined : withoutAxes(dropped, at)));
};

export const unsqueeze: Rule = ({ node, places, result }) => {
  const added = axesOf(node)?.map((axis) => counted(axis, result.length)) ?? [];
  const kept = [...result.keys()].filter((axis) => !added.includes(axis));
  return moved(places[0], (at) => kept[at]);
};

export const gather: Rule = (situation) => {
  if (gathersAll(situation)) return reshape(situation);
  const { node, shapes } = situation;
  const [data, indices] = situation.places;
  const axis = counted(integerOf(node, "axis") ?? 0, shapes[0]!.length);
  if (indices) return data ? [] : moved(indices, (at) => axis + at);
  return moved(data, (at) => (at === axis ? undefined : at < axis ? at : at - 1 + shapes[1]!.length));
};

/** PyTorch's exporter lays a tensor out anew by flattening it and gathering its elements, all and in order. */
export function gathersAll({ node, shapes }: Pick<Situation, "node" | "shapes">): boolean {
  const indices = node.opType === "Gather" && shapes[0]!.length === 1 ? node.inputs[1]?.constant : undefined;
  if (!indices || sizeOf(shapes[1]!) !== shapes[0]![0]) return false;
  return Array.from(tensorOf(indices).data as ArrayLike<number | bigint>).every((index, i) => Number(index) === i);
}

export const slice: Rule = ({ node, places, shapes: [shape], result }) => {
  const isReversed = numbersOf(node, 4)?.some((step) => step < 0);
  return moved(places[0], (at) => (shape![at] === result[at] && !isReversed ? at : undefined));
};

/** Pad, Tile and Expand, in which the batch must stay as long as it is. */
export const sameLength: Rule = ({ places: [place], shapes: [shape], result }) =>
  moved(place, (at) => (shape![at] === result.at(at - shape!.length) ? at + result.length - shape!.length : undefined));
