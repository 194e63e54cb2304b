// Randomness without state: every draw is a function of (seed, purpose, counters), so restoring a position
// means remembering an integer, and a range test cannot disturb the training that follows it.
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

export interface Stream {
  /** Uniform integer in [0, bound). */
  below(bound: number): number;
  /** Uniform number in [0, 1). */
  next(): number;
  /** 32 random bits, as a signed integer. */
  bits(): number;
}

/** The stream that belongs to a seed and a path such as `("order", epoch)`; equal paths give equal streams. */
export function stream(seed: number, ...path: readonly (string | number)[]): Stream {
  const generator = xoroshiro128plus(hash([seed, ...path].join("/")));
  return {
    below: (bound) => uniformInt(generator, 0, bound - 1),
    next: () => uniformFloat64(generator),
    bits: () => generator.next(),
  };
}

/** 0 … n-1 in random order (Fisher-Yates). */
export function permutation(n: number, from: Stream): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = from.below(i + 1);
    const kept = order[i]!;
    order[i] = order[j]!;
    order[j] = kept;
  }
  return order;
}

/** n numbers from the normal distribution of mean 0 and variance 1 (Marsaglia's polar method). */
export function normals(n: number, from: Stream): Float32Array {
  const values = new Float32Array(n);
  for (let i = 0; i < n; ) {
    const [x, y] = [2 * from.next() - 1, 2 * from.next() - 1];
    const square = x * x + y * y;
    if (square >= 1 || square === 0) continue;
    const scale = Math.sqrt((-2 * Math.log(square)) / square);
    values[i++] = x * scale;
    if (i < n) values[i++] = y * scale;
  }
  return values;
}

/** 32 bits of a string: FNV-1a, then MurmurHash3's finaliser, which spreads neighbouring counters apart. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}
