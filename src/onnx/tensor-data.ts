// TensorProto ⇄ Tensor, for every element type and both ways of storing (raw bytes, typed fields).
// Nothing is decoded before somebody asks for it, and nothing is allocated before the sizes agree.
import { assert, RegraftError } from "../errors.js";
import { type DType, sizeOf, type Tensor, type TensorData } from "../tensor.js";
import type { Constant } from "./graph.js";
import { fromInt64, type Int64, invalidModel, onnx, type TensorProto } from "./proto.js";

export { bfloat16ToFloat32, float16ToFloat32, float32ToBfloat16, float32ToFloat16 } from "./half-floats.js";

/** TensorProto.DataLocation.EXTERNAL. */
export const EXTERNAL = 1;

/**
 * A constant's value. Raw bytes that happen to be aligned are viewed, not copied: treat the data as read-only.
 * Throws "invalid-model" when shape and bytes disagree, "unsupported-model" for an element type regraft does not know.
 */
export function tensorOf(constant: Constant): Tensor {
  if ("tensor" in constant) return constant.tensor;
  const known = decoded.get(constant.proto);
  if (known) return known;
  const tensor = fromProto(constant.proto);
  decoded.set(constant.proto, tensor);
  return tensor;
}

/** The tensor as ONNX stores it, in raw bytes (strings: in their own field); the bytes are shared, not copied. */
export function toTensorProto(name: string, { dtype, shape, data }: Tensor): TensorProto {
  const fields = { name, dims: shape, data_type: onnxTypeOf(dtype) };
  if (isStrings(data)) {
    assert(data.length === sizeOf(shape), `tensor ${name} has ${data.length} strings for shape [${shape}]`);
    return new onnx.TensorProto({ ...fields, string_data: data.map((text) => new TextEncoder().encode(text)) });
  }
  assert(
    data.length === lengthOf(dtype as NumericType, shape),
    `tensor ${name} has ${data.length} for shape [${shape}]`,
  );
  return new onnx.TensorProto({ ...fields, raw_data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) });
}

/** TensorProto.DataType → DType; undefined for UNDEFINED and for types younger than this table. */
export const dtypeOfOnnx = (dataType: number): DType | undefined => byNumber.get(dataType);

/** DType → TensorProto.DataType. */
export const onnxTypeOf = (dtype: DType): number => (dtype === "string" ? STRING : layouts[dtype].onnx);

/** A shape from `dims`; throws "invalid-model" in the name of `source` when a size is negative or beyond 2^53. */
export function shapeOf(dims: readonly Int64[], source: string): readonly number[] {
  return dims.map((dim) => {
    const size = fromInt64(dim);
    if (typeof size === "bigint" || size < 0) throw invalidModel(source, `its shape holds the size ${size}`);
    return size;
  });
}

type NumericType = Exclude<DType, "string">;
type NumericData = TensorData<NumericType>;
type TypedField = "float_data" | "int32_data" | "int64_data" | "double_data" | "uint64_data";

interface Layout {
  /** TensorProto.DataType. */
  readonly onnx: number;
  /** Per element. */
  readonly bits: number;
  /** Where the elements are when not in raw_data; sub-byte types stand there as whole bytes. */
  readonly field: TypedField;
  readonly array: {
    readonly BYTES_PER_ELEMENT: number;
    new (length: number): NumericData;
    new (buffer: ArrayBufferLike, byteOffset: number, length: number): NumericData;
  };
}

const STRING = 8;

const layouts: Readonly<Record<NumericType, Layout>> = {
  float32: { onnx: 1, bits: 32, field: "float_data", array: Float32Array },
  uint8: { onnx: 2, bits: 8, field: "int32_data", array: Uint8Array },
  int8: { onnx: 3, bits: 8, field: "int32_data", array: Int8Array },
  uint16: { onnx: 4, bits: 16, field: "int32_data", array: Uint16Array },
  int16: { onnx: 5, bits: 16, field: "int32_data", array: Int16Array },
  int32: { onnx: 6, bits: 32, field: "int32_data", array: Int32Array },
  int64: { onnx: 7, bits: 64, field: "int64_data", array: BigInt64Array },
  bool: { onnx: 9, bits: 8, field: "int32_data", array: Uint8Array },
  float16: { onnx: 10, bits: 16, field: "int32_data", array: Uint16Array },
  float64: { onnx: 11, bits: 64, field: "double_data", array: Float64Array },
  uint32: { onnx: 12, bits: 32, field: "uint64_data", array: Uint32Array },
  uint64: { onnx: 13, bits: 64, field: "uint64_data", array: BigUint64Array },
  complex64: { onnx: 14, bits: 64, field: "float_data", array: Float32Array },
  complex128: { onnx: 15, bits: 128, field: "double_data", array: Float64Array },
  bfloat16: { onnx: 16, bits: 16, field: "int32_data", array: Uint16Array },
  float8e4m3fn: { onnx: 17, bits: 8, field: "int32_data", array: Uint8Array },
  float8e4m3fnuz: { onnx: 18, bits: 8, field: "int32_data", array: Uint8Array },
  float8e5m2: { onnx: 19, bits: 8, field: "int32_data", array: Uint8Array },
  float8e5m2fnuz: { onnx: 20, bits: 8, field: "int32_data", array: Uint8Array },
  uint4: { onnx: 21, bits: 4, field: "int32_data", array: Uint8Array },
  int4: { onnx: 22, bits: 4, field: "int32_data", array: Uint8Array },
  float4e2m1: { onnx: 23, bits: 4, field: "int32_data", array: Uint8Array },
  float8e8m0: { onnx: 24, bits: 8, field: "int32_data", array: Uint8Array },
  uint2: { onnx: 25, bits: 2, field: "int32_data", array: Uint8Array },
  int2: { onnx: 26, bits: 2, field: "int32_data", array: Uint8Array },
};

const byNumber: ReadonlyMap<number, DType> = new Map<number, DType>([
  [STRING, "string"],
  ...Object.entries(layouts).map(([dtype, { onnx }]) => [onnx, dtype as DType] as const),
]);

const decoded = new WeakMap<TensorProto, Tensor>();

function fromProto(proto: TensorProto): Tensor {
  const source = `tensor ${JSON.stringify(proto.name ?? "")}`;
  const dtype = dtypeOf(proto, source);
  const shape = shapeOf(proto.dims, source);
  if (proto.data_location === EXTERNAL) {
    const file = proto.external_data.find(({ key }) => key === "location")?.value;
    const remedy = "Keep that file in the model's folder; from bytes, hand it over in `external`.";
    throw invalidModel(source, `its data are in the file ${JSON.stringify(file)}, which was not given`, { remedy });
  }
  const data = dtype === "string" ? strings(proto, shape, source) : numbers(proto, dtype, shape, source);
  return { dtype, shape, data } as Tensor;
}

function dtypeOf(proto: TensorProto, source: string): DType {
  const number = proto.data_type ?? 0;
  const dtype = dtypeOfOnnx(number);
  if (!number) throw invalidModel(source, "it has no element type");
  if (dtype && !proto.segment) return dtype;
  const reason = dtype ? "it is a segment of a larger tensor" : `its element type ${number} is not known`;
  const remedy = "Export the model with plain float32 weights.";
  throw new RegraftError("unsupported-model", { source, reason }, `Cannot read ${source}: ${reason}. ${remedy}`);
}

function strings(proto: TensorProto, shape: readonly number[], source: string): readonly string[] {
  expectLength(proto.string_data.length, sizeOf(shape), "strings", shape, source);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return proto.string_data.map((bytes) => decoder.decode(bytes));
}

function numbers(proto: TensorProto, dtype: NumericType, shape: readonly number[], source: string): NumericData {
  const { field, array } = layouts[dtype];
  const length = lengthOf(dtype, shape);
  const raw = proto.raw_data;
  if (raw && raw.length > 0) {
    expectLength(raw.length, length * array.BYTES_PER_ELEMENT, "bytes", shape, source);
    const aligned = raw.byteOffset % array.BYTES_PER_ELEMENT === 0 ? raw : raw.slice();
    return new array(aligned.buffer, aligned.byteOffset, length);
  }
  const values = proto[field];
  expectLength(values.length, length, `entries of ${field}`, shape, source);
  const data = new array(length);
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    for (let i = 0; i < length; i++) data[i] = BigInt(fromInt64(values[i]!));
  } else {
    for (let i = 0; i < length; i++) data[i] = Number(fromInt64(values[i]!));
  }
  return data;
}

/** How long the array of a tensor is: a complex number takes two places, and four 2-bit ones share a byte. */
function lengthOf(dtype: NumericType, shape: readonly number[]): number {
  const { bits, array } = layouts[dtype];
  return Math.ceil((sizeOf(shape) * bits) / (8 * array.BYTES_PER_ELEMENT));
}

function expectLength(found: number, expected: number, what: string, shape: readonly number[], source: string): void {
  if (found !== expected)
    throw invalidModel(source, `it has ${found} ${what} where the shape [${shape}] needs ${expected}`);
}

const isStrings = (data: TensorData): data is readonly string[] => Array.isArray(data);
