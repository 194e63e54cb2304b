import { describe, expect, it } from "vitest";
import { float32, int32, int64, sizeOf } from "../src/tensor.js";

describe("sizeOf", () => {
  it.each([
    [[], 1],
    [[5], 5],
    [[2, 3, 4], 24],
    [[7, 0, 3], 0],
  ])("of %j is %d", (shape, size) => expect(sizeOf(shape)).toBe(size));
});

describe("float32", () => {
  it("is zero without data", () => {
    expect(float32([2, 2])).toEqual({ dtype: "float32", shape: [2, 2], data: new Float32Array(4) });
  });
  it("rounds numbers to single precision and takes typed arrays as they are", () => {
    expect(float32([2], [0.1, 2]).data[0]).toBe(0.10000000149011612);
    const data = new Float32Array([1, 2]);
    expect(float32([2], data).data).toBe(data);
  });
});

describe("int32 and int64", () => {
  it("take numbers", () => {
    expect(int32([2], [-1, 7])).toEqual({ dtype: "int32", shape: [2], data: new Int32Array([-1, 7]) });
    const data = new Int32Array(1);
    expect(int32([1], data).data).toBe(data);
    expect(int64([2], [-1, 2n ** 60n]).data).toEqual(new BigInt64Array([-1n, 2n ** 60n]));
  });
});
