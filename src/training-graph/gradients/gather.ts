// Y is data's elements along one axis at the places that `indices` names.
// data [...before, size, ...after]  indices [...]  Y [...before, ...indices, ...after]
import type { Ops } from "../../onnx/builder.js";
import { isNumber, knownNumbers, positive, product, type TypedValue } from "../../onnx/shapes/dims.js";
import { int32 } from "../../tensor.js";
import { multipliedAlong } from "./along-axis.js";
import { type Coverage, defineGradient, type Scope } from "./define.js";
import { unpicked } from "./picking.js";

export const Gather = defineGradient("Gather", {
  data: (scope) => {
    const { op, data, indices, attributes } = scope;
    const axis = positive(attributes.axis, data);
    const size = data.shape[axis] as number;
    const dY = inARow(scope, axis);
    const known = knownNumbers(indices);
    if (!known) return multipliedAlong(op, oneHot(op, indices, size), dY, axis);
    const sources = known.map((index) => (index < 0 ? index + size : index));
    return unpicked(op, dY, axis, sources, size);
  },
});

export const coversGather: Coverage<"Gather"> = ({ data, indices, attributes }) => {
  const axis = positive(attributes.axis, data);
  const after = data.shape.slice(axis + 1);
  const unknown = [product(indices.shape), ...after].filter((dim) => !isNumber(dim));
  return isNumber(data.shape[axis]) && (indices.constant ? unknown.length <= 1 : after.every(isNumber));
};

/** dY with one axis for those of the indices: [...before, indices, ...after]. */
function inARow({ op, data, indices, dY }: Scope<"Gather">, axis: number): TypedValue {
  const rank = indices.shape.length;
  if (rank === 0) return op.Unsqueeze(dY, op.ints(axis));
  if (rank === 1) return dY;
  const sizes = [product(indices.shape), ...data.shape.slice(axis + 1)].map((dim) => (isNumber(dim) ? dim : -1));
  return op.Reshape(dY, op.ints(...Array<number>(axis).fill(0), ...sizes));
}

/** [size, indices]: 1 where the index names the place, from either end; so that a product with dY adds up repetitions. */
function oneHot(op: Ops, indices: TypedValue, size: number): TypedValue {
  const named = op.Reshape(op.Cast(indices, { to: "int32" }), op.ints(1, -1));
  const places = Array.from({ length: size }, (_, i) => i);
  const matches = (name: string, numbers: number[]): TypedValue =>
    op.Cast(op.Equal(op.constant(name, int32([size, 1], numbers)), named), { to: "float32" });
  const fromEnd = places.map((place) => place - size);
  return op.Add(matches("places", places), matches("places_from_end", fromEnd));
}
