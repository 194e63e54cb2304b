// How each operator moves the photos of a batch from its inputs to its output. An operator that would mix photos (a
// softmax over them, say) has no place for them: then the batch is not where it was taken to be.
import type { Node } from "../../graph.js";
import { axesOf, counted, integerOf, numbersOf } from "../../node-facts.js";
import { withOneRow } from "./equal-rows.js";
import { flatten, gather, reshape, sameLength, slice, squeeze, transpose, unsqueeze } from "./layout-rules.js";
import { isAlone, isSamePlace, moved, withoutAxes } from "./place.js";
import type { Outcome, Rule, Situation } from "./rule.js";

/** Where the first output may hold the batch, the likeliest first; nowhere when the operator would mix photos. */
export function outcomes(situation: Situation): readonly Outcome[] {
  const { node } = situation;
  const rule = node.domain === "" ? rules.get(node.opType) : undefined;
  return (rule ?? anyOther)(situation);
}

/**
 * Operands aligned at their last dimensions, as in Add. Those without a batch are the same for all photos, or computed
 * from a size that follows the batch.
 */
const broadcast: Rule = ({ node, places, shapes, result, batch }) => {
  const rank = result.length;
  const found = places.flatMap((place, i) =>
    place ? [{ ...place, axis: place.axis + rank - shapes[i]!.length }] : [],
  );
  const [first] = found;
  if (!first || !found.every((place) => isSamePlace(place, first))) return [];
  const fits = node.inputs.every((value, i) => {
    const axis = first.axis - rank + shapes[i]!.length;
    if (places[i] || !value?.constant || axis < 0 || shapes[i]![axis] === 1) return true;
    return isAlone({ ...first, axis }, shapes[i]!, batch) && withOneRow(value, axis) !== undefined;
  });
  return fits ? [first] : [];
};

/** Operators that treat dimension 0 as the batch. */
const byPosition: Rule = ({ places, shapes, result }) => {
  const index = places.findIndex(Boolean);
  const place = places[index];
  return place?.axis === 0 && result[0] === shapes[index]![0] ? [place] : [];
};

/** Most operators work on each element, or on what follows dimension 0. */
const anyOther: Rule = (situation) => {
  const { places, shapes, result } = situation;
  const index = places.findIndex(Boolean);
  const isSameShape = index >= 0 && `${shapes[index]}` === `${result}`;
  return isSameShape ? moved(places[index], (axis) => axis) : byPosition(situation);
};

/** Operators over one dimension, or from it to the last, which leave the others as they are. */
const along =
  (axisOf: (node: Node) => number, { toTheEnd = false } = {}): Rule =>
  ({ node, places, shapes }) => {
    const axis = counted(axisOf(node), shapes[0]!.length);
    return moved(places[0], (at) => (at === axis || (toTheEnd && at > axis) ? undefined : at));
  };

const stated = (byDefault: number) => (node: Node) => integerOf(node, "axis") ?? byDefault;

const reduce: Rule = (situation) => {
  const { node, places, shapes } = situation;
  const axes = node.opType.startsWith("Arg") ? [integerOf(node, "axis") ?? 0] : (axesOf(node) ?? []);
  if (axes.length === 0) return integerOf(node, "noop_with_empty_axes") ? anyOther(situation) : [];
  const reduced = axes.map((axis) => counted(axis, shapes[0]!.length));
  const dropped = integerOf(node, "keepdims") === 0 ? reduced : [];
  return moved(places[0], (at) => (reduced.includes(at) ? undefined : withoutAxes(dropped, at)));
};

const matmul: Rule = (situation) => {
  const [a, b] = situation.places;
  const [left, right] = situation.shapes.map(({ length }) => length);
  const isContracted = a?.axis === left! - 1 || b?.axis === right! - 2;
  return isContracted || left! < 2 || right! < 2 ? [] : broadcast({ ...situation, ...rowsAside(situation) });
};

/** Rows of one factor and columns of the other are not aligned with each other. */
function rowsAside({ places, shapes }: Situation): Pick<Situation, "shapes"> {
  const [a, b] = places;
  const [left, right] = shapes;
  const isRow = a && a.axis === left!.length - 2;
  const isColumn = b && b.axis === right!.length - 1;
  return { shapes: [isColumn ? left!.with(-1, 1) : left!, isRow ? right!.with(-2, 1) : right!] };
}

const gemm: Rule = ({ node, places: [a, b] }) =>
  a && !b && a.axis === (integerOf(node, "transA") ? 1 : 0) ? [{ ...a, axis: 0 }] : [];

/** What holds no batch can be joined to each photo, but not to several parts of one. */
const concat: Rule = (situation) => {
  const { node, places, result, batch } = situation;
  const axis = counted(integerOf(node, "axis") ?? 0, result.length);
  return broadcast(situation).filter(
    (place) => place !== "none" && place.axis !== axis && (places.every(Boolean) || isAlone(place, result, batch)),
  );
};

const einsum: Rule = ({ node, places }) => {
  const equation = node.attributes.equation?.type === "STRING" ? node.attributes.equation.value : ".";
  const [terms = "", output = ""] = equation.replaceAll(" ", "").split("->");
  const letters = places.flatMap((place, i) => (place ? [terms.split(",")[i]?.[place.axis]] : []));
  const letter = new Set(letters).size === 1 && !equation.includes(".") ? letters[0] : undefined;
  const axis = letter === undefined ? -1 : output.indexOf(letter);
  return axis < 0 ? [] : moved(places.find(Boolean), () => axis);
};

/** Operators whose operands are aligned at their last dimensions. */
export const broadcasting: readonly string[] = [
  ...["Add", "And", "BitShift", "Div", "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Max", "Mean"],
  ...["Min", "Mod", "Mul", "Or", "PRelu", "Pow", "Sub", "Sum", "Where", "Xor"],
];

const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ...broadcasting.map((opType): [string, Rule] => [opType, broadcast]),
  ...named(byPosition, "BatchNormalization Conv ConvTranspose InstanceNormalization GroupNormalization LRN Resize"),
  ...named(along(stated(-1)), "Hardmax LogSoftmax LpNormalization Softmax TopK"),
  ...named(along(stated(0)), "Split"),
  ...named(along(stated(-1), { toTheEnd: true }), "LayerNormalization"),
  ...named(
    along((node) => numbersOf(node, 1)?.[0] ?? 0),
    "CumSum",
  ),
  ...named(reduce, "ArgMax ArgMin ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin"),
  ...named(reduce, "ReduceProd ReduceSum ReduceSumSquare"),
  ...named(sameLength, "Expand Pad Tile"),
  ...named(matmul, "MatMul MatMulInteger"),
  ...named(() => ["none"], "Shape Size"),
  ["Concat", concat],
  ["Einsum", einsum],
  ["Flatten", flatten],
  ["Gather", gather],
  ["Gemm", gemm],
  ["Reshape", reshape],
  ["Slice", slice],
  ["Squeeze", squeeze],
  ["Transpose", transpose],
  ["Unsqueeze", unsqueeze],
]);

function named(rule: Rule, opTypes: string): [string, Rule][] {
  return opTypes.split(" ").map((opType) => [opType, rule]);
}
