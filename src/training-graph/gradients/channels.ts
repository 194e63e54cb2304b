// Values that each channel has one of, [C], beside maps [N, C, ...].
import type { Ops } from "../../onnx/builder.js";
import type { TypedValue } from "../../onnx/shapes/dims.js";

/** [C] → [C, 1, …], which broadcasts along `map`. */
export const perChannel = (op: Ops, values: TypedValue, map: TypedValue): TypedValue =>
  op.Reshape(values, op.ints(-1, ...map.shape.slice(2).map(() => 1)));

/** [N, C, ...] → [C] */
export const sumPerChannel = (op: Ops, map: TypedValue): TypedValue =>
  op.ReduceSum(map, op.ints(...[...map.shape.keys()].filter((axis) => axis !== 1)), { keepdims: 0 });
