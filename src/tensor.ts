// A tensor as plain data: what crosses every border of this package, worker messages included.

/** ONNX's element types by their usual names; the packed and 8-bit float types are carried as raw bytes. */
export type DType = keyof DataByDType;

interface DataByDType {
  float32: Float32Array;
  float64: Float64Array;
  /** IEEE half floats as their bits. */
  float16: Uint16Array;
  /** The upper half of a float32, as bits. */
  bfloat16: Uint16Array;
  int8: Int8Array;
  int16: Int16Array;
  int32: Int32Array;
  int64: BigInt64Array;
  uint8: Uint8Array;
  uint16: Uint16Array;
  uint32: Uint32Array;
  uint64: BigUint64Array;
  bool: Uint8Array;
  string: readonly string[];
  /** Real and imaginary part in turn. */
  complex64: Float32Array;
  complex128: Float64Array;
  float8e4m3fn: Uint8Array;
  float8e4m3fnuz: Uint8Array;
  float8e5m2: Uint8Array;
  float8e5m2fnuz: Uint8Array;
  float8e8m0: Uint8Array;
  /** Two elements a byte, the first in the low bits. */
  uint4: Uint8Array;
  int4: Uint8Array;
  float4e2m1: Uint8Array;
  /** Four elements a byte. */
  uint2: Uint8Array;
  int2: Uint8Array;
}

export type TensorData<D extends DType = DType> = DataByDType[D];

export interface Tensor<D extends DType = DType> {
  readonly dtype: D;
  readonly shape: readonly number[];
  /** Row-major; as many elements as the shape's product. */
  readonly data: TensorData<D>;
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

export const float32 = (shape: readonly number[], data?: Float32Array | readonly number[]): Tensor<"float32"> => ({
  dtype: "float32",
  shape,
  data:
    data === undefined ? new Float32Array(sizeOf(shape)) : data instanceof Float32Array ? data : new Float32Array(data),
});

export const int32 = (shape: readonly number[], data: Int32Array | readonly number[]): Tensor<"int32"> => ({
  dtype: "int32",
  shape,
  data: data instanceof Int32Array ? data : new Int32Array(data),
});

export const int64 = (shape: readonly number[], data: readonly (number | bigint)[]): Tensor<"int64"> => ({
  dtype: "int64",
  shape,
  data: BigInt64Array.from(data, BigInt),
});
