// Random numbers to check gradients at: where the operator is defined, and away from its kinks.
import type { OpType } from "../../src/onnx/schema.js";
import { permutation, type Stream } from "../../src/random.js";

interface Range {
  readonly from: number;
  readonly to: number;
  /** Numbers to keep away from, by MARGIN. */
  readonly kinks: readonly number[];
}

/** Large enough that no step reaches a kink, and that nothing is divided by almost nothing. */
const MARGIN = 0.4;

const around0: Range = { from: -1.5, to: 1.5, kinks: [0] };
const positive: Range = { from: 0.5, to: 1.5, kinks: [] };

const ranges: { readonly [O in OpType]?: Range } = {
  // At the bounds of its cases.
  Clip: { from: -2.5, to: 2.5, kinks: [-1, 1] },
  // Where alpha·X + 0.5 is 0 or 1, for the alphas 0.2 and 1/6 of its cases.
  HardSigmoid: { from: -5, to: 5, kinks: [-3, -2.5, 2.5, 3] },
  HardSwish: { from: -5, to: 5, kinks: [-3, 3] },
  Log: positive,
  Pow: positive,
  Sqrt: positive,
};

/** Kinked where two elements are equal. */
const comparing: ReadonlySet<OpType> = new Set(["GlobalMaxPool", "Max", "MaxPool", "Min", "ReduceMax"]);

/** One list of each length. */
export function drawnNumbers(opType: OpType, lengths: readonly number[], from: Stream): Float32Array[] {
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const numbers = comparing.has(opType) ? distinct(total, from) : inRange(total, ranges[opType] ?? around0, from);
  const rest = numbers.values();
  return lengths.map((length) => Float32Array.from({ length }, () => rest.next().value!));
}

/** ±[0.4, 1.5], for operators without peculiarities. */
export const offZero = (length: number, from: Stream): Float32Array =>
  Float32Array.from(inRange(length, around0, from));

const inRange = (length: number, range: Range, from: Stream): number[] =>
  Array.from({ length }, () => {
    for (;;) {
      const drawn = range.from + (range.to - range.from) * from.next();
      if (range.kinks.every((kink) => Math.abs(drawn - kink) >= MARGIN)) return drawn;
    }
  });

/** Evenly spaced between -1.5 and 1.5, in random order. */
const distinct = (length: number, from: Stream): number[] =>
  Array.from(permutation(length, from), (place) => (3 * (place + 0.5)) / length - 1.5);
