// ValueInfoProto ⇄ the element type and shape of a Value.
import type { Dim, Value } from "./graph.js";
import { edit, fromInt64, onnx, type TensorShapeProto, type TypeProto, type ValueInfoProto } from "./proto.js";
import { dtypeOfOnnx, onnxTypeOf } from "./tensor-data.js";

type TensorType = Pick<Value, "dtype" | "shape">;

/** What `info` says of a tensor; nothing for sequences, maps and the like, which stay in the proto. */
export function tensorTypeOf(info: ValueInfoProto | undefined): TensorType {
  const tensor = info?.type?.tensor_type;
  if (!tensor) return {};
  const dtype = dtypeOfOnnx(tensor.elem_type ?? 0);
  return { ...(dtype && { dtype }), ...(tensor.shape && { shape: tensor.shape.dim.map(dimOf) }) };
}

/**
 * The value under `name` as the file shall describe it: `entry`, the file's own description, where it agrees (types
 * that are no tensors, denotations and doc strings live only there), corrected where it does not.
 */
export function describeValue(value: Value, name: string, entry: ValueInfoProto | undefined): ValueInfoProto {
  const info = entry ?? new onnx.ValueInfoProto({ name });
  const named = info.name === name ? info : edit(info, { name });
  return value.dtype === undefined || agrees(value, tensorTypeOf(info))
    ? named
    : edit(named, { type: typeProto(value, info.type) });
}

function agrees(value: Value, stated: TensorType): boolean {
  // A constant shows its type itself: what the file says of it may be vaguer, but not different.
  const vague = value.constant !== undefined;
  if (stated.dtype !== value.dtype && !(vague && !stated.dtype)) return false;
  if (!stated.shape || !value.shape) return stated.shape === value.shape || (vague && !stated.shape);
  const { shape } = value;
  const same = (dim: Dim, i: number): boolean => dim === shape[i] || (vague && typeof dim !== "number");
  return stated.shape.length === shape.length && stated.shape.every(same);
}

function typeProto({ dtype, shape }: Value, type: TypeProto | null | undefined): TypeProto {
  const before = type?.tensor_type;
  const old = before?.shape?.dim.length === shape?.length ? before?.shape?.dim : undefined;
  const dim = shape?.map((size, i) => dimProto(size, old?.[i]));
  const changes = { elem_type: dtype && onnxTypeOf(dtype), shape: dim && new onnx.TensorShapeProto({ dim }) };
  if (type && before) return edit(type, { tensor_type: edit(before, changes) });
  return new onnx.TypeProto({ tensor_type: edit({}, changes) });
}

type Dimension = TensorShapeProto["dim"][number];

function dimOf(dim: Dimension): Dim {
  if (dim.dim_param) return dim.dim_param;
  if (dim.dim_value === undefined || !Object.hasOwn(dim, "dim_value")) return undefined;
  const size = fromInt64(dim.dim_value);
  // Some exporters write -1 for "unknown".
  return typeof size === "number" && size >= 0 ? size : undefined;
}

function dimProto(dim: Dim, before: Dimension | undefined): Dimension {
  if (before && dimOf(before) === dim) return before;
  const denotation = before?.denotation ? { denotation: before.denotation } : {};
  if (typeof dim === "number") return { ...denotation, dim_value: dim };
  return dim === undefined ? denotation : { ...denotation, dim_param: dim };
}
