// What exporters write down for a batch of fixed size, operator by operator, and how the same is said for any size.
import { emit, list } from "../../emit.js";
import type { Node, Value } from "../../graph.js";
import { axesOf, counted, integerOf, integersOf, numbersOf } from "../../node-facts.js";
import { withOneRow } from "./equal-rows.js";
import { gathersAll } from "./layout-rules.js";
import { type BatchPlace, isAlone } from "./place.js";
import type { Situation } from "./rule.js";
import { broadcasting } from "./rules.js";

/** The situation in which the batch's place was found; the node's inputs hold any batch already. */
export interface BatchEdit extends Situation {
  /** Of the node's output. */
  readonly place: BatchPlace;
  /** The number of photos, int64 [1], computed from the image. */
  readonly rows: Value;
  /** Whether photos have one size only, so that sizes computed from them are constants in truth. */
  readonly isSized: boolean;
}

/** What of the node must change; undefined when nothing in it depends on the size of the batch. */
export const editForAnyBatch = (
  edit: BatchEdit,
): Partial<Pick<Node, "opType" | "inputs" | "attributes">> | undefined =>
  edit.node.domain === "" ? edits.get(edit.node.opType)?.(edit) : undefined;

type Edit = typeof editForAnyBatch;

/** -1 in the batch's place; all other sizes are those of one photo. */
const reshape: Edit = ({ node, places: [before], place, shapes: [shape], result, isSized }) => {
  const target = numbersOf(node, 1);
  if (!target && !isSized) return undefined;
  const isCopied = target?.[place.axis] === 0 && !integerOf(node, "allowzero") && before?.axis === place.axis;
  if (target?.[place.axis] === -1 || (isCopied && shape![place.axis] === result[place.axis])) return undefined;
  return { inputs: [node.inputs[0], list(node.inputs[1]!.name, result.with(place.axis, -1))] };
};

const gather: Edit = ({ node, place, shapes, result }) => {
  if (!gathersAll({ node, shapes })) return undefined;
  const target = list(node.inputs[1]!.name, result.with(place.axis, -1));
  return { opType: "Reshape", inputs: [node.inputs[0], target], attributes: {} };
};

/** 1 keeps the size that is there. */
const expand: Edit = ({ node, place, result, isSized }) => {
  const shape = numbersOf(node, 1) ?? (isSized ? result : undefined);
  const at = place.axis - result.length + (shape?.length ?? 0);
  if (!shape || at < 0 || shape[at] === 1) return undefined;
  return { inputs: [node.inputs[0], list(node.inputs[1]!.name, shape.with(at, 1))] };
};

/** Sizes of the other dimensions only. */
const resize: Edit = ({ node, place, result }) => {
  const given = numbersOf(node, 3);
  if (!given) return undefined;
  const axes = (integersOf(node, "axes") ?? [...result.keys()]).map((axis) => counted(axis, result.length));
  const kept = [...axes.keys()].filter((i) => axes[i] !== place.axis);
  if (kept.length === axes.length) return undefined;
  const others = list(
    node.inputs[3]!.name,
    kept.map((i) => given[i]!),
  );
  const attributes = { ...node.attributes, axes: { type: "INTS", value: kept.map((i) => axes[i]!) } } as const;
  return { inputs: node.inputs.with(3, others), attributes };
};

/** To the end, however many there are. */
const slice: Edit = ({ node, place, shapes: [shape] }) => {
  const ends = numbersOf(node, 2);
  const axes = numbersOf(node, 3) ?? ends?.map((_, i) => i);
  const at = axes?.findIndex((axis) => counted(axis, shape!.length) === place.axis) ?? -1;
  if (!ends || at < 0) return undefined;
  const free = ends.map((end, i) => (i === at ? INT64_MAX : end));
  return { inputs: node.inputs.with(2, list(node.inputs[2]!.name, free)) };
};

/** Without axes, a batch of one photo would be dropped as well. */
const squeeze: Edit = ({ node, places: [place], shapes: [shape] }) => {
  if (axesOf(node) || node.inputs[1]) return undefined;
  const dropped = shape!.flatMap((size, axis) => (size === 1 && axis !== place?.axis ? [axis] : []));
  return { inputs: [node.inputs[0], list(`${node.name}_axes`, dropped)] };
};

/** What is joined to each photo must be there for each photo: class tokens, say. */
const concat: Edit = ({ node, places, place, shapes, rows }) => ({
  inputs: node.inputs.map((value, i) => {
    if (!value || places[i]) return value;
    const one = oneRow(value, place.axis, shapes[i]!);
    const shape = shapes[i]!.map((size, axis) => (axis === place.axis ? rows : list(`${value.name}_size`, [size])));
    const target = emit("Concat", `${value.name}_shape`, shape, { attributes: { axis: { type: "INT", value: 0 } } });
    return emit("Expand", `${value.name}_for_each`, [one, target]);
  }),
});

/** Operands with equal rows for all photos need one of them: it is broadcast. */
const operands: Edit = ({ node, places, place, shapes, result, batch }) => {
  const isFactor = node.opType === "MatMul" && place.axis >= result.length - 2;
  if (isFactor || !isAlone(place, result, batch)) return undefined;
  const inputs = node.inputs.map((value, i) => {
    const axis = place.axis - result.length + shapes[i]!.length;
    return value && !places[i] && shapes[i]![axis] === batch ? oneRow(value, axis, shapes[i]!) : value;
  });
  return { inputs };
};

/** Of what is computed without looking at the photos, the rows are taken to be equal. */
function oneRow(value: Value, axis: number, shape: readonly number[]): Value {
  if (shape[axis] === 1) return value;
  const [start, end, axes] = [0, 1, axis].map((number) => list(`${value.name}_row`, [number]));
  return withOneRow(value, axis) ?? emit("Slice", `${value.name}_row`, [value, start!, end!, axes!]);
}

const edits: ReadonlyMap<string, Edit> = new Map<string, Edit>([
  ...broadcasting.map((opType): [string, Edit] => [opType, operands]),
  ["Concat", concat],
  ["Expand", expand],
  ["MatMul", operands],
  ["Gather", gather],
  ["Reshape", reshape],
  ["Resize", resize],
  ["Slice", slice],
  ["Squeeze", squeeze],
]);

const INT64_MAX = 2n ** 63n - 1n;
