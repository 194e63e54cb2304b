import { describe, expect, it } from "vitest";
import { maskDrawer } from "../../../../src/learner/engine/training/masks.js";

const masks = [
  { name: "dropout1", width: 101, rate: 0.25 },
  { name: "dropout2", width: 64, rate: 0.5 },
];
const ones = (data: ArrayLike<number>): number => Array.from(data).reduce((sum, x) => sum + x, 0);

describe("maskDrawer", () => {
  const drawn = maskDrawer(masks, 7, "masks", 3)(0, 5, 9);

  it("gives each mask by name, a row per photo and step, of zeros and ones", () => {
    expect(Object.entries(drawn).map(([name, { dtype, shape }]) => [name, dtype, shape])).toEqual([
      ["dropout1", "uint8", [5, 9, 101]],
      ["dropout2", "uint8", [5, 9, 64]],
    ]);
    for (const { data, shape } of Object.values(drawn)) {
      expect(data).toHaveLength(shape.reduce((product, n) => product * n));
      expect(new Set(data)).toEqual(new Set([0, 1]));
    }
    expect(maskDrawer([], 7)(0, 5, 9)).toEqual({});
  });

  it("never changes: what models in use were trained with", () => {
    const { dropout2 } = maskDrawer(masks, 42, "masks", 0)(0, 1, 1);
    expect(dropout2!.data.subarray(0, 16).join("")).toBe("0000010111011110");
  });

  it("draws a step's masks alike, whatever steps are drawn with it", () => {
    const whole = maskDrawer(masks, 7, "masks", 3);
    for (const name of ["dropout1", "dropout2"]) {
      const parts = [whole(0, 2, 9), whole(2, 1, 9), whole(3, 2, 9)].flatMap((part) => [...part[name]!.data]);
      expect(parts).toEqual([...drawn[name]!.data]);
    }
  });

  it("draws something else for another seed, path, step and name", () => {
    const text = (seed: number, path: (string | number)[], first: number, name: string): string =>
      [...maskDrawer([{ name, width: 64, rate: 0.5 }], seed, ...path)(first, 1, 1)[name]!.data].join("");
    const all = [
      text(1, ["masks", 0], 0, "a"),
      text(2, ["masks", 0], 0, "a"),
      text(1, ["masks", 1], 0, "a"),
      text(1, ["lr-find", 0, "masks"], 0, "a"),
      text(1, ["masks", 0], 1, "a"),
      text(1, ["masks", 0], 0, "b"),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  it.each([0, 0.1, 0.25, 0.5, 0.9, 0.99999])("drops a share of %d", (rate) => {
    const n = 200_000;
    const { mask } = maskDrawer([{ name: "mask", width: 1000, rate }], 1, "share")(0, 2, 100);
    // Five standard deviations, and the rounding of the rate.
    const allowed = 5 * Math.sqrt(n * rate * (1 - rate)) + n / 0x20000;
    expect(Math.abs(ones(mask!.data) - n * (1 - rate))).toBeLessThanOrEqual(allowed);
  });

  it("keeps every place as often as the others, and neighbours apart", () => {
    const [steps, width] = [4000, 32];
    const { mask } = maskDrawer([{ name: "mask", width, rate: 0.5 }], 5, "places")(0, steps, 1);
    const at = (step: number, place: number) => mask!.data[step * width + place]!;
    // Five standard deviations of half of so many.
    const allowed = 5 * Math.sqrt(steps / 4);
    for (let place = 0; place < width; place++) {
      const column = Array.from({ length: steps }, (_, step) => at(step, place));
      const agreeing = Array.from({ length: steps }, (_, step) =>
        Number(at(step, place) === at(step, (place + 1) % width)),
      );
      expect(Math.abs(ones(column) - steps / 2)).toBeLessThan(allowed);
      expect(Math.abs(ones(agreeing) - steps / 2)).toBeLessThan(allowed);
    }
  });
});
