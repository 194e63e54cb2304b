// A matrix applied along one axis of a tensor.
import type { Ops } from "../../onnx/builder.js";
import type { TypedValue } from "../../onnx/shapes/dims.js";
import { knownSizes } from "./window.js";

/** value [..., n, ...rest] → [..., m, ...rest] by `matrix` [m, n]; the sizes of the rest are known. */
export function multipliedAlong(op: Ops, matrix: TypedValue, value: TypedValue, axis: number): TypedValue {
  if (axis === value.shape.length - 1) return op.MatMul(value, op.Transpose(matrix));
  const before = Array<number>(axis).fill(0);
  const columns = op.Reshape(value, op.ints(...before, 0, -1));
  return op.Reshape(op.MatMul(matrix, columns), op.ints(...before, 0, ...knownSizes(value, axis + 1)));
}
