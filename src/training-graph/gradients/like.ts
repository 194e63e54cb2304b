// Bringing gradients into the shape of what they are of, whose batch has no known size.
import type { Ops } from "../../onnx/builder.js";
import { isNumber, type TypedValue } from "../../onnx/shapes/dims.js";

/** The elements of `value` in the shape of `target`. */
export function reshapedLike(op: Ops, value: TypedValue, target: TypedValue): TypedValue {
  const sizes = target.shape.map((dim) => (isNumber(dim) ? dim : -1));
  if (sizes.filter((size) => size === -1).length <= 1) {
    const reshaped = op.Reshape(value, op.ints(...sizes));
    // Numbers where they tell everything: `Shape` would keep the target in memory until here.
    if (reshaped.shape.every((dim, axis) => dim === target.shape[axis])) return reshaped;
  }
  return op.Reshape(value, op.Shape(target));
}

export const zerosLike = (op: Ops, target: TypedValue): TypedValue =>
  op.Expand(0, target.shape.every(isNumber) ? op.ints(...target.shape) : op.Shape(target));
