// What a head has learnt, carried over to one of other classes.
import { assert } from "../errors.js";
import { float32, type Tensor } from "../tensor.js";
import { type Head, weightsOf } from "./head.js";

/**
 * The weights of `head`, by name: rows of classes that it shares with the one before as those were learnt, rows of new
 * classes as `head` begins with, and all else as it was. A class that several have become gets the mean of their rows; its
 * bias, where there is one, is larger by ln(how many): softmax then gives it at least what it gave them together where they
 * were alike, as log Σ exp(x) ≥ mean(x) + ln(k).
 * @param learnt the weights before.
 * @param sources of each class of `head`, the classes before that it is made of.
 */
export function grownWeights(
  head: Head,
  learnt: Readonly<Record<string, Tensor>>,
  sources: readonly (readonly number[])[],
): Readonly<Record<string, Tensor>> {
  const byClass = new Set(head.byClass);
  const entries = Object.entries(weightsOf(head)).map(([name, start]) => {
    const before = learnt[name] as Tensor<"float32"> | undefined;
    assert(before, `${name} was learnt`);
    return [name, byClass.has(name) ? rowsFrom(before, start, sources) : before] as const;
  });
  return Object.fromEntries(entries);
}

function rowsFrom(
  before: Tensor<"float32">,
  start: Tensor<"float32">,
  sources: readonly (readonly number[])[],
): Tensor<"float32"> {
  const isBias = start.shape.length === 1;
  const width = start.data.length / sources.length;
  const data = new Float32Array(start.data);
  for (const [row, from] of sources.entries()) {
    if (from.length === 0) continue;
    for (let i = 0; i < width; i++) {
      const sum = from.reduce((total, source) => total + before.data[source * width + i]!, 0);
      data[row * width + i] = sum / from.length + (isBias ? Math.log(from.length) : 0);
    }
  }
  return float32(start.shape, data);
}
