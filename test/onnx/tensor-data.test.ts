import { describe, expect, it } from "vitest";
import { isRegraftError } from "../../src/errors.js";
import { decodeModel, encodeModel, onnx, type TensorProto, toInt64 } from "../../src/onnx/proto.js";
import { dtypeOfOnnx, onnxTypeOf, shapeOf, tensorOf, toTensorProto } from "../../src/onnx/tensor-data.js";
import type { DType, Tensor, TensorData } from "../../src/tensor.js";
import { file, fixture, floats, invalid, thrown } from "./fixtures.js";

const min64 = -(2n ** 63n);
const max64 = 2n ** 63n - 1n;

/** What make_everything.py put into `typed_<dtype>` and `raw_<dtype>`. */
const expected: { readonly [D in DType]: TensorData<D> } = {
  float32: Float32Array.of(1.5, -2.25, 3e38),
  float64: Float64Array.of(0.1, -1e300, 5e-324),
  float16: Uint16Array.of(0x3c00, 0xc000, 0x7bff),
  bfloat16: Uint16Array.of(0x3f80, 0xc000, 0x7f7f),
  int8: Int8Array.of(-128, -1, 127),
  int16: Int16Array.of(-32768, -1, 32767),
  int32: Int32Array.of(-(2 ** 31), -1, 2 ** 31 - 1),
  int64: BigInt64Array.of(min64, -1n, max64),
  uint8: Uint8Array.of(0, 200, 255),
  uint16: Uint16Array.of(0, 40000, 65535),
  uint32: Uint32Array.of(0, 1, 2 ** 32 - 1),
  uint64: BigUint64Array.of(0n, 1n, 2n ** 64n - 1n),
  bool: Uint8Array.of(1, 0, 1),
  string: ["", "grün", "cat"],
  complex64: Float32Array.of(1, -1, 2, -2, 3, -3),
  complex128: Float64Array.of(1, -1, 2, -2, 3, -3),
  float8e4m3fn: Uint8Array.of(0x38, 0xb8, 0x7e),
  float8e4m3fnuz: Uint8Array.of(0x40, 0xc0, 0x7f),
  float8e5m2: Uint8Array.of(0x3c, 0xbc, 0x7b),
  float8e5m2fnuz: Uint8Array.of(0x40, 0xc0, 0x7f),
  float8e8m0: Uint8Array.of(0x7f, 0x80, 0xfe),
  uint4: Uint8Array.of(0xf1, 0x07),
  int4: Uint8Array.of(0x8f, 0x07),
  float4e2m1: Uint8Array.of(0x72, 0x0a),
  uint2: Uint8Array.of(0b11100100),
  int2: Uint8Array.of(0b11100100),
};
const dtypes = Object.keys(expected) as DType[];
const shape = (dtype: DType): readonly number[] => (dtype.endsWith("t2") ? [4] : [3]);

const stored = new Map(
  decodeModel(fixture("everything.onnx"), "everything.onnx").graph!.initializer.map((proto) => [proto.name, proto]),
);
const decode = (proto: TensorProto): Tensor => tensorOf({ proto });

describe("tensorOf", () => {
  it.each(dtypes)("reads typed %s", (dtype) => {
    expect(decode(stored.get(`typed_${dtype}`)!)).toEqual({ dtype, shape: shape(dtype), data: expected[dtype] });
  });

  it.each(dtypes.filter((dtype) => dtype !== "string"))("reads raw %s, wherever its bytes begin", (dtype) => {
    const proto = stored.get(`raw_${dtype}`)!;
    for (let shift = 0; shift < 8; shift++) {
      const bytes = new Uint8Array(64);
      bytes.set(proto.raw_data!, shift);
      const raw_data = bytes.subarray(shift, shift + proto.raw_data!.length);
      const moved = new onnx.TensorProto({ dims: proto.dims, data_type: proto.data_type, raw_data });
      expect(decode(moved)).toEqual({ dtype, shape: shape(dtype), data: expected[dtype] });
    }
  });

  it("decodes a tensor once, and views aligned bytes without copying them", () => {
    const raw_data = new Uint8Array(new Float32Array([1, 2]).buffer);
    const constant = { proto: new onnx.TensorProto({ name: "w", dims: [2], data_type: 1, raw_data }) };
    const tensor = tensorOf(constant);
    expect(tensorOf({ proto: constant.proto })).toBe(tensor);
    expect((tensor.data as Float32Array).buffer).toBe(raw_data.buffer);
    expect(tensorOf({ tensor })).toBe(tensor);
  });

  it("reads scalars and tensors without elements", () => {
    expect(decode(floats("s", [], [7]))).toEqual({ dtype: "float32", shape: [], data: Float32Array.of(7) });
    expect(decode(floats("e", [0, 3], []))).toEqual({ dtype: "float32", shape: [0, 3], data: new Float32Array() });
    expect(decode(new onnx.TensorProto({ dims: [0], data_type: 8 }))).toEqual({
      dtype: "string",
      shape: [0],
      data: [],
    });
  });

  it.each<[string, ConstructorParameters<typeof onnx.TensorProto>[0], RegExp]>([
    ["too few raw bytes", { dims: [2, 2], data_type: 1, raw_data: new Uint8Array(12) }, /12 bytes .*\[2,2\] needs 16/],
    ["too many raw bytes", { dims: [2], data_type: 1, raw_data: new Uint8Array(12) }, /12 bytes .* needs 8/],
    ["raw bytes that are no multiple", { dims: [2], data_type: 7, raw_data: new Uint8Array(15) }, /15 bytes/],
    ["too few typed values", { dims: [3], data_type: 6, int32_data: [1, 2] }, /2 entries of int32_data .* needs 3/],
    ["values in the wrong field", { dims: [2], data_type: 6, float_data: [1, 2] }, /0 entries of int32_data/],
    ["no values at all", { dims: [2], data_type: 1 }, /0 entries of float_data/],
    ["too few strings", { dims: [2], data_type: 8, string_data: [new Uint8Array()] }, /1 strings .* needs 2/],
    ["a negative size", { dims: [-1, 3], data_type: 1 }, /the size -1/],
    ["a size beyond 2^53", { dims: [toInt64(max64)], data_type: 1 }, /the size 9223372036854775807/],
    ["terabytes of nothing", { dims: [2 ** 40, 2 ** 40], data_type: 1, float_data: [1] }, /1 entries/],
    ["no element type", { dims: [1], float_data: [1] }, /no element type/],
  ])("refuses %s", (_, fields, reason) => {
    const error = invalid(() => decode(new onnx.TensorProto({ name: "w", ...fields })));
    expect(error.details).toMatchObject({ source: 'tensor "w"', reason: expect.stringMatching(reason) });
  });

  it("refuses what it does not know as unsupported, not as invalid", () => {
    const float6 = new onnx.TensorProto({ name: "w", dims: [1], data_type: 27, raw_data: new Uint8Array(1) });
    const segment = new onnx.TensorProto({ name: "w", dims: [1], data_type: 1, float_data: [1], segment: {} });
    expect(
      isRegraftError(
        thrown(() => decode(float6)),
        "unsupported-model",
      ),
    ).toBe(true);
    expect(
      isRegraftError(
        thrown(() => decode(segment)),
        "unsupported-model",
      ),
    ).toBe(true);
  });

  it("says which file an external tensor is waiting for", () => {
    expect(invalid(() => decode(stored.get("external")!)).message).toContain("everything.bin");
  });
});

describe("toTensorProto", () => {
  it.each(dtypes)("stores %s so that it reads back equal", (dtype) => {
    const tensor = { dtype, shape: shape(dtype), data: expected[dtype] } as Tensor;
    const bytes = encodeModel(decodeModel(file({ initializer: [toTensorProto("w", tensor)] }), "m"));
    const proto = decodeModel(bytes, "m").graph!.initializer[0]!;
    expect(proto.name).toBe("w");
    expect(decode(proto)).toEqual(tensor);
    if (dtype !== "string") expect(proto.raw_data).toEqual(stored.get(`raw_${dtype}`)!.raw_data);
  });

  it("takes only the tensor's part of a larger buffer, and does not copy it", () => {
    const data = new Float32Array([9, 1, 2, 9]).subarray(1, 3);
    const proto = toTensorProto("w", { dtype: "float32", shape: [2], data });
    expect(proto.raw_data!.buffer).toBe(data.buffer);
    expect(decode(proto).data).toEqual(Float32Array.of(1, 2));
  });

  it("asserts that shape and data agree", () => {
    const data = Float32Array.of(1, 2);
    expect(() => toTensorProto("w", { dtype: "float32", shape: [3], data })).toThrow("assertion");
  });
});

describe("element types", () => {
  it("map to ONNX's numbers and back, without a gap below FLOAT6E2M3", () => {
    const numbers = dtypes.map(onnxTypeOf);
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 26 }, (_, i) => i + 1));
    expect(numbers.map(dtypeOfOnnx)).toEqual(dtypes);
    expect([0, 27, -1].map(dtypeOfOnnx)).toEqual([undefined, undefined, undefined]);
  });
});

describe("shapeOf", () => {
  it("accepts zero and what a number holds exactly", () => {
    expect(shapeOf([0, 3, toInt64(2n ** 53n - 1n)], "m")).toEqual([0, 3, 2 ** 53 - 1]);
  });
});
