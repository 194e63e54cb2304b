// Which values dropout drops. A step's masks depend on its place in training alone: they are the same in whatever run
// the step is taken, and there is no state to save.
import type { Mask } from "../../../heads/head.js";
import { type Stream, stream } from "../../../random.js";
import type { Tensor } from "../../../tensor.js";

/**
 * Masks of consecutive steps on batches of `rows` photos, by name: uint8 [steps, rows, width], 1 keeps a value.
 * @param first the first step's number.
 */
export type DrawMasks = (first: number, steps: number, rows: number) => Readonly<Record<string, Tensor<"uint8">>>;

/** @param path whose masks they are, such as ("masks", epoch). */
export const maskDrawer =
  (masks: readonly Mask[], seed: number, ...path: readonly (string | number)[]): DrawMasks =>
  (first, steps, rows) =>
    Object.fromEntries(
      masks.map(({ name, width, rate }) => {
        const size = rows * width;
        const data = new Uint8Array(steps * size);
        for (let i = 0; i < steps; i++)
          draw(data.subarray(i * size, (i + 1) * size), rate, stream(seed, ...path, first + i, name));
        return [name, { dtype: "uint8", shape: [steps, rows, width], data }];
      }),
    );

/** Zeros at a rate rounded to 1/65536: 32 random bits are enough for two values, and drawing is what takes the time. */
function draw(mask: Uint8Array, rate: number, from: Stream): void {
  const least = Math.round(rate * 0x10000);
  for (let i = 0; i < mask.length; i += 2) {
    const bits = from.bits();
    mask[i] = bits >>> 16 >= least ? 1 : 0;
    // Beyond an odd end this is ignored.
    mask[i + 1] = (bits & 0xffff) >= least ? 1 : 0;
  }
}
