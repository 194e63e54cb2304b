// From what a network is cut at to features [N, F], one row per photo.
import type { Ops } from "../onnx/builder.js";
import { type Dim, type Value, withOutputs } from "../onnx/graph.js";
import { type TypedValue, typed } from "../onnx/shapes/dims.js";
import type { FeatureMap } from "./feature-map.js";

/** Means of the channels, then their maxima; fast.ai's AdaptiveConcatPool2d has them the other way round. [N, 2·C] */
export function concatPooled(op: Ops, { value, channels, channelsLast }: FeatureMap, batch: Dim): TypedValue {
  const map = described(value, [
    batch,
    ...(channelsLast ? [undefined, undefined, channels] : [channels, undefined, undefined]),
  ]);
  const planes = channelsLast ? op.Transpose(map, { perm: [0, 3, 1, 2] }) : map;
  return op.Concat([averaged(op, planes), op.Flatten(op.GlobalMaxPool(planes))], { axis: 1 });
}

/** A value [N, F] as it is; of a map [N, C, H, W] the means of its channels. */
export function pooled(op: Ops, value: Value, shape: readonly number[], batch: Dim): TypedValue {
  const known = described(value, [batch, ...shape.slice(1)]);
  if (shape.length === 2) return known;
  return shape[2] === 1 && shape[3] === 1 ? op.Flatten(known) : averaged(op, known);
}

const averaged = (op: Ops, map: TypedValue): TypedValue => op.Flatten(op.GlobalAveragePool(map));

/** The value with type and shape, which files need not state. */
function described(value: Value, shape: TypedValue["shape"]): TypedValue {
  const outputs = value.producer!.outputs;
  const changes = outputs.map((output) => (output === value ? ({ dtype: "float32", shape } as const) : {}));
  return typed(withOutputs(value.producer!, changes)[outputs.indexOf(value)]!);
}
