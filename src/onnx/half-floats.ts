// float16 and bfloat16 as bits ⇄ float32. Narrowing rounds to nearest, ties to even; NaN stays NaN.

/** IEEE 754 binary16 → float32, exact. */
export function float16ToFloat32(bits: Uint16Array): Float32Array {
  const values = new Float32Array(bits.length);
  const words = new Uint32Array(values.buffer);
  for (let i = 0; i < bits.length; i++) {
    const half = bits[i]!;
    // Read with float32's exponent bias the magnitude is 2^(127-15) too small; scaling makes subnormals right as well.
    words[i] = (half & 0x7fff) << 13;
    values[i]! *= 2 ** 112;
    if ((half & 0x7c00) === 0x7c00) words[i] = 0x7f800000 | ((half & 0x3ff) << 13);
    words[i]! |= (half & 0x8000) << 16;
  }
  return values;
}

/** float32 → IEEE 754 binary16; from 65520 up it is infinity. */
export function float32ToFloat16(values: Float32Array): Uint16Array {
  const words = wordsOf(values);
  const bits = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const word = words[i]!;
    bits[i] = ((word >>> 16) & 0x8000) | halfMagnitude(word & 0x7fffffff);
  }
  return bits;
}

/** bfloat16 → float32, exact: it is a float32's upper half. */
export function bfloat16ToFloat32(bits: Uint16Array): Float32Array {
  const words = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) words[i] = bits[i]! << 16;
  return new Float32Array(words.buffer);
}

export function float32ToBfloat16(values: Float32Array): Uint16Array {
  const words = wordsOf(values);
  const bits = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const word = words[i]!;
    const isNumber = (word & 0x7fffffff) <= 0x7f800000;
    bits[i] = isNumber ? roundBits(word, 16) : (word >>> 16) | 0x40;
  }
  return bits;
}

const wordsOf = (values: Float32Array): Uint32Array => new Uint32Array(values.buffer, values.byteOffset, values.length);

/** Drops the lowest `count` bits, rounding to nearest, ties to even; a carry moves into the exponent, as it should. */
function roundBits(word: number, count: number): number {
  const kept = word >>> count;
  return (word + 2 ** (count - 1) - 1 + (kept & 1)) / 2 ** count;
}

/** The lower 15 bits of a half from the lower 31 bits of a float32. */
function halfMagnitude(word: number): number {
  if (word > 0x7f800000) return 0x7e00 | ((word >>> 13) & 0x3ff);
  if (word >= 0x477ff000) return 0x7c00;
  // Smallest normal half, 2^-14: subtracting the difference of the biases (112) leaves exponent and mantissa in place.
  if (word >= 0x38800000) return roundBits(word - (112 << 23), 13);
  // Subnormal halves count steps of 2^-24: the mantissa, its leading one included, moves right by the missing exponent.
  const exponent = word >>> 23;
  return exponent < 102 ? 0 : roundBits((word & 0x7fffff) | 0x800000, 126 - exponent);
}
