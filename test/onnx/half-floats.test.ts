import { describe, expect, it } from "vitest";
import {
  bfloat16ToFloat32,
  float16ToFloat32,
  float32ToBfloat16,
  float32ToFloat16,
} from "../../src/onnx/half-floats.js";

const everyHalf = Uint16Array.from({ length: 65536 }, (_, bits) => bits);

/** IEEE 754 binary16 by its definition. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const mantissa = bits & 1023;
  if (exponent === 31) return mantissa ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent === 0 ? mantissa * 2 ** -24 : (1 + mantissa / 1024) * 2 ** (exponent - 15));
}

const oneHalf = (value: number): number => float32ToFloat16(Float32Array.of(value))[0]!;
const oneBrain = (value: number): number => float32ToBfloat16(Float32Array.of(value))[0]!;

describe("float16", () => {
  it("widens every one of the 65536 values exactly", () => {
    const wide = float16ToFloat32(everyHalf);
    for (const bits of everyHalf) if (!Object.is(wide[bits], half(bits))) expect(wide[bits]).toBe(half(bits));
  });

  it("comes back from float32 bit for bit, NaN as NaN", () => {
    const back = float32ToFloat16(float16ToFloat32(everyHalf));
    for (const bits of everyHalf) {
      if (Number.isNaN(half(bits))) expect(Number.isNaN(half(back[bits]!))).toBe(true);
      else if (back[bits] !== bits) expect(back[bits]).toBe(bits);
    }
  });

  it("rounds to the nearest, ties to the even one, between all neighbours", () => {
    const finite = Array.from({ length: 0x7bff }, (_, bits) => bits);
    const middles = Float32Array.from(finite, (bits) => (half(bits) + half(bits + 1)) / 2);
    const below = Float32Array.from(middles, (value) => value * (1 - 2 ** -23));
    const above = Float32Array.from(middles, (value) => value * (1 + 2 ** -23));
    expect(float32ToFloat16(middles)).toEqual(Uint16Array.from(finite, (bits) => bits + (bits & 1)));
    expect(float32ToFloat16(below)).toEqual(Uint16Array.from(finite));
    expect(float32ToFloat16(above)).toEqual(Uint16Array.from(finite, (bits) => bits + 1));
  });

  it("overflows to infinity from 65520 on, and underflows to zero with its sign", () => {
    expect([65519.996, 65520, -1e30, Number.POSITIVE_INFINITY].map(oneHalf)).toEqual([0x7bff, 0x7c00, 0xfc00, 0x7c00]);
    expect([2 ** -25, 2 ** -25 * 1.0000002, -1e-30, -0, 1e-45].map(oneHalf)).toEqual([0, 1, 0x8000, 0x8000, 0]);
    expect(half(oneHalf(Number.NaN))).toBeNaN();
  });
});

describe("bfloat16", () => {
  it("comes back from float32 bit for bit, NaN as NaN", () => {
    const wide = bfloat16ToFloat32(everyHalf);
    const back = float32ToBfloat16(wide);
    for (const bits of everyHalf) {
      if (Number.isNaN(wide[bits])) expect((back[bits]! & 0x7fff) > 0x7f80).toBe(true);
      else if (back[bits] !== bits) expect(back[bits]).toBe(bits);
    }
    expect(wide[0x3f80]).toBe(1);
    expect(wide[0xc049]).toBe(-3.140625);
  });

  it("rounds to the nearest, ties to the even one", () => {
    // One step at 1 is 2^-7.
    expect([1 + 2 ** -8, 1 + 3 * 2 ** -8, 1 + 2 ** -8 + 2 ** -20, 1 + 2 ** -8 - 2 ** -20].map(oneBrain)).toEqual([
      0x3f80, 0x3f82, 0x3f81, 0x3f80,
    ]);
    expect([3.4028234e38, -3.4028234e38, Number.POSITIVE_INFINITY].map(oneBrain)).toEqual([0x7f80, 0xff80, 0x7f80]);
  });
});
