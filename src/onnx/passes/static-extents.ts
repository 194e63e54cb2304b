// How large a result will be that is computed from constants: told before it is computed, so that a file of a few bytes
// (`Expand` to [100000, 100000]) cannot make anybody allocate gigabytes. Operators that are not here are never folded.
import { sizeOf } from "../../tensor.js";
import type { Node } from "../graph.js";
import { axesOf, counted, integerOf, integersOf, numbersOf } from "../node-facts.js";

export interface Extent {
  /** Undefined where it depends on numbers that are not constants yet. */
  readonly shape: readonly number[] | undefined;
  /** Elements: the shape's product, or without a shape what it cannot exceed. */
  readonly size: number;
}

export const extentOf = (shape: readonly number[]): Extent => ({ shape, size: sizeOf(shape) });

/**
 * The extent of each of a node's outputs, or one that none of them exceeds; `inputs` are those of its inputs. Undefined
 * when it cannot be told: the operator is none of those that networks apply to constants, or its sizes are computed.
 */
export function resultExtent(node: Node, inputs: readonly (Extent | undefined)[]): Extent | undefined {
  const isKnown = node.domain === "" || node.domain === "com.microsoft";
  return isKnown ? rules.get(node.opType)?.(inputs, node) : undefined;
}

type Rule = (inputs: readonly (Extent | undefined)[], node: Node) => Extent | undefined;

const first: Rule = ([data]) => data;

/** As many elements in another shape, or a part of them. */
const within: Rule = ([data]) => data && { shape: undefined, size: data.size };

const broadcast: Rule = (inputs) => broadcastExtents(inputs.filter((extent) => extent !== undefined));

function broadcastExtents(extents: readonly Extent[]): Extent {
  const shapes = extents.flatMap(({ shape }) => (shape ? [shape] : []));
  if (shapes.length < extents.length)
    return { shape: undefined, size: extents.reduce((product, { size }) => product * size, 1) };
  const rank = Math.max(0, ...shapes.map(({ length }) => length));
  return extentOf(Array.from({ length: rank }, (_, i) => Math.max(...shapes.map((shape) => shape.at(i - rank) ?? 1))));
}

const reduce: Rule = ([data], node) => {
  const axes = axesOf(node);
  if (!data?.shape || (node.inputs[1] && !axes)) return within([data], node);
  const { shape } = data;
  const reduced = new Set((axes?.length ? axes : [...shape.keys()]).map((axis) => counted(axis, shape.length)));
  const kept = shape.map((size, i) => (reduced.has(i) ? 1 : size));
  return extentOf((integerOf(node, "keepdims") ?? 1) ? kept : kept.filter((_, i) => !reduced.has(i)));
};

const matmul: Rule = ([a, b]) => {
  if (!a?.shape?.length || !b?.shape?.length) return undefined;
  const left = a.shape.length > 1 ? a.shape : [1, ...a.shape];
  const right = b.shape.length > 1 ? b.shape : [...b.shape, 1];
  const batch = broadcastExtents([extentOf(left.slice(0, -2)), extentOf(right.slice(0, -2))]);
  return extentOf([...batch.shape!, left.at(-2)!, right.at(-1)!]);
};

const reshape: Rule = ([data], node) => {
  const target = numbersOf(node, 1);
  if (!data?.shape || !target) return within([data], node);
  const sizes = target.map((size, i) => (size === 0 && !integerOf(node, "allowzero") ? data.shape![i]! : size));
  const known = sizeOf(sizes.filter((size) => size !== -1));
  return { shape: sizes.map((size) => (size === -1 ? data.size / known : size)), size: data.size };
};

const squeeze: Rule = ([data], node) => {
  const axes = axesOf(node);
  if (!data?.shape || !axes) return within([data], node);
  const dropped = new Set(axes.map((axis) => counted(axis, data.shape!.length)));
  return extentOf(data.shape.filter((_, i) => !dropped.has(i)));
};

const unsqueeze: Rule = ([data], node) => {
  const axes = axesOf(node);
  if (!data?.shape || !axes) return within([data], node);
  const rank = data.shape.length + axes.length;
  const added = new Set(axes.map((axis) => counted(axis, rank)));
  const rest = data.shape.values();
  return { ...data, shape: Array.from({ length: rank }, (_, i) => (added.has(i) ? 1 : (rest.next().value ?? 1))) };
};

const transpose: Rule = ([data], node) => {
  const perm = integersOf(node, "perm");
  return data && { ...data, shape: perm ? perm.map((axis) => data.shape?.[axis] ?? 1) : data.shape?.toReversed() };
};

const gather: Rule = ([data, indices], node) => {
  if (!data?.shape || !indices?.shape) return undefined;
  const axis = counted(integerOf(node, "axis") ?? 0, data.shape.length);
  return extentOf(data.shape.toSpliced(axis, 1, ...indices.shape));
};

const concat: Rule = (inputs, node) => {
  const extents = inputs.filter((extent) => extent !== undefined);
  const shapes = extents.flatMap(({ shape }) => (shape ? [shape] : []));
  const size = extents.reduce((sum, extent) => sum + extent.size, 0);
  if (shapes.length < extents.length || !shapes[0]) return { shape: undefined, size };
  const axis = counted(integerOf(node, "axis") ?? 0, shapes[0].length);
  const along = shapes.reduce((sum, shape) => sum + (shape[axis] ?? 0), 0);
  return { shape: shapes[0].map((dim, i) => (i === axis ? along : dim)), size };
};

const constantOfShape: Rule = (_, node) => {
  const shape = numbersOf(node, 0);
  return shape && extentOf(shape);
};

/** By sizes alone, as positions are resized; with scales or an aspect ratio to keep it is left to the run. */
const resize: Rule = (_, node) => {
  const sizes = numbersOf(node, 3);
  return node.attributes.axes || node.attributes.keep_aspect_ratio_policy ? undefined : sizes && extentOf(sizes);
};

const expand: Rule = ([data], node) => {
  const shape = numbersOf(node, 1);
  return data && shape && broadcastExtents([data, extentOf(shape)]);
};

const tile: Rule = ([data], node) => {
  const repeats = numbersOf(node, 1);
  return data?.shape && repeats && extentOf(data.shape.map((size, i) => size * (repeats[i] ?? 1)));
};

const pad: Rule = ([data], node) => {
  const pads = numbersOf(node, 1);
  if (!data?.shape || !pads || node.inputs[3]) return undefined;
  const rank = data.shape.length;
  return extentOf(data.shape.map((size, i) => Math.max(0, size + (pads[i] ?? 0) + (pads[i + rank] ?? 0))));
};

const range: Rule = (_, node) => {
  const [start, limit, delta] = [0, 1, 2].map((i) => numbersOf(node, i)?.[0]);
  if (start === undefined || limit === undefined || !delta) return undefined;
  return extentOf([Math.max(0, Math.ceil((limit - start) / delta))]);
};

const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ...named(
    first,
    "Abs BatchNormalization Cast CastLike Ceil Clip Cos CumSum DequantizeLinear Elu Erf Exp EyeLike Floor Gelu HardSigmoid",
    "Identity IsInf IsNaN LayerNormalization LeakyRelu Log LogSoftmax Neg Not QuantizeLinear Reciprocal Relu Round",
    "ScatterElements ScatterND Sigmoid Sign Sin Softmax Softplus Sqrt Tanh Trilu",
  ),
  ...named(within, "ArgMax ArgMin DepthToSpace Flatten Slice SpaceToDepth Split"),
  ...named(
    broadcast,
    "Add And Div Equal Greater GreaterOrEqual Less LessOrEqual Max Mean Min Mod Mul Or Pow PRelu Sub Sum Where Xor",
  ),
  ...named(
    reduce,
    "ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare",
  ),
  ["Concat", concat],
  ["ConstantOfShape", constantOfShape],
  ["Expand", expand],
  ["Gather", gather],
  ["GatherElements", ([, indices]) => indices],
  ["MatMul", matmul],
  ["Pad", pad],
  ["Range", range],
  ["Reshape", reshape],
  ["Resize", resize],
  ["Shape", ([data]) => data?.shape && extentOf([data.shape.length])],
  ["Size", () => extentOf([])],
  ["Squeeze", squeeze],
  ["Tile", tile],
  ["Transpose", transpose],
  ["Unsqueeze", unsqueeze],
]);

function named(rule: Rule, ...lists: readonly string[]): [string, Rule][] {
  return lists.flatMap((list) => list.split(" ")).map((opType) => [opType, rule]);
}
