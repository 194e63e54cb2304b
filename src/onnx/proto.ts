// The border to protobuf: ONNX's messages as types, bytes → ModelProto and back. Nothing else imports protobufjs.
//
// Messages are never changed, only copied by `edit`. A field is an own property exactly when the file has it; reading an
// absent one gives its default ("" or 0, null for a message), as proto2 wants it.
import protobuf from "protobufjs/minimal.js";
import { RegraftError } from "../errors.js";
import { kindOfFile } from "./file-kind.js";
import { type Fields, type Int64, type Message, type ModelProto, onnx } from "./generated/onnx-ml.js";

export type {
  AttributeProto,
  Fields,
  FunctionProto,
  GraphProto,
  Int64,
  ModelProto,
  NodeProto,
  OperatorSetIdProto,
  SparseTensorProto,
  StringStringEntryProto,
  TensorAnnotation,
  TensorProto,
  TensorShapeProto,
  TrainingInfoProto,
  TypeProto,
  ValueInfoProto,
} from "./generated/onnx-ml.js";

/** The messages' classes, for new ones: `new onnx.NodeProto({ op_type: "Relu", input: ["x"] })`. */
export { onnx };

/**
 * Decodes an ONNX file. Byte fields are views of `bytes`, which must not change afterwards; unknown fields are kept.
 * `source` (path or name) is for messages. Throws "invalid-model" when the bytes are not an ONNX model.
 */
export function decodeModel(bytes: Uint8Array, source: string): ModelProto {
  const model = decode(bytes, source);
  if (!model.graph) throw notAModel(bytes, source, "it holds no graph");
  return model;
}

/** Encodes a model in the order of field numbers, as protobuf's own libraries do, unknown fields last. */
export function encodeModel(model: ModelProto): Uint8Array {
  const writer = new protobuf.Writer();
  writer.buf = new Uint8Array(roomFor(model));
  onnx.ModelProto.encode(model, writer);
  return writer.finish(true);
}

/** Enough bytes for the file and hardly more: weights are most of it, and a buffer that grows copies them each time. */
function roomFor(model: ModelProto): number {
  const { graph } = model;
  const initializers = graph?.initializer ?? [];
  const weights = initializers.reduce((sum, { raw_data }) => sum + (raw_data?.length ?? 0), 0);
  const initializer = initializers.map((tensor) => edit(tensor, { raw_data: undefined }));
  const others = onnx.ModelProto.encode(graph ? edit(model, { graph: edit(graph, { initializer }) }) : model);
  // Each of the weights has its tag and length besides, and makes longer the length of what it is in.
  return weights + others.pos + 16 * (initializers.length + 1);
}

/** A copy of `message` with some fields set, and those given as `undefined` removed; unknown fields come along. */
export function edit<T extends Message>(message: T, changes: Fields<T>): T {
  const copy: T = Object.assign(Object.create(Object.getPrototypeOf(message)), message, changes);
  for (const key of Object.keys(changes) as (keyof T)[]) if (changes[key] === undefined) delete copy[key];
  // protobufjs keeps `$unknowns` out of sight of `Object.assign`.
  return message.$unknowns ? Object.defineProperty(copy, "$unknowns", { value: message.$unknowns }) : copy;
}

/** An int64 field as a number where that is exact, as a bigint beyond ±2^53. */
export function fromInt64(value: Int64): number | bigint {
  if (typeof value === "number") return value;
  const high = value.unsigned ? value.high >>> 0 : value.high;
  const low = value.low >>> 0;
  const approximate = high * 2 ** 32 + low;
  return Number.isSafeInteger(approximate) ? approximate : (BigInt(high) << 32n) | BigInt(low);
}

export function toInt64(value: number | bigint): Int64 {
  if (typeof value === "number") return value;
  return { low: Number(BigInt.asIntN(32, value)), high: Number(BigInt.asIntN(32, value >> 32n)), unsigned: false };
}

/** The error for a model that cannot be read; `source` is the file or the tensor within. */
export function invalidModel(
  source: string,
  reason: string,
  { node, remedy = "Export the model again, and check it with onnx.checker.", cause }: InvalidModelOptions = {},
): RegraftError<"invalid-model"> {
  const details = node === undefined ? { source, reason } : { source, reason, node };
  return new RegraftError("invalid-model", details, `Cannot read ${source}: ${reason}. ${remedy}`, { cause });
}

interface InvalidModelOptions {
  node?: string;
  remedy?: string;
  cause?: unknown;
}

function decode(bytes: Uint8Array, source: string): ModelProto {
  // A plain Uint8Array: from a Node Buffer protobufjs would cut Buffers.
  const reader = new protobuf.Reader(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  reader.discardUnknown = false;
  try {
    return onnx.ModelProto.decode(reader);
  } catch (cause) {
    throw notAModel(bytes, source, "it is cut off, damaged, or no ONNX file at all", cause);
  }
}

function notAModel(bytes: Uint8Array, source: string, reason: string, cause?: unknown): RegraftError<"invalid-model"> {
  const kind = kindOfFile(bytes);
  const remedy = kind?.remedy ?? "Download or export it again.";
  return invalidModel(source, kind ? `it is ${kind.is}` : reason, { remedy, cause });
}
