import { describe, expect, it } from "vitest";
import { normals, permutation, stream } from "../src/random.js";

const numbers = (count: number, draw: () => number): number[] => Array.from({ length: count }, draw);

describe("stream", () => {
  it("never changes: these values are what models in use were trained with", () => {
    const a = stream(42, "order", 0);
    expect(numbers(6, () => a.below(1000))).toEqual([758, 545, 871, 473, 221, 222]);
    const b = stream(42, "order", 0);
    expect(numbers(3, () => b.next())).toEqual([0.4924449762487565, 0.799997082383361, 0.11231394501739245]);
    expect([...permutation(10, stream(1, "split"))]).toEqual([7, 8, 3, 2, 9, 4, 0, 6, 1, 5]);
  });

  it("is a function of seed and path alone", () => {
    const draw = (...path: (string | number)[]) => {
      const from = stream(7, ...path);
      return numbers(5, () => from.below(2 ** 30));
    };
    const disturbed = stream(7, "order", 3);
    numbers(100, () => disturbed.next());
    expect(draw("order", 3)).toEqual(draw("order", 3));
    const paths = [["order", 3], ["order", 4], ["order", 34], ["lr-find", 0, 3], ["lr-find", 3, 0], []] as const;
    expect(new Set(paths.map((path) => String(draw(...path)))).size).toBe(paths.length);
  });

  it("differs from seed to seed, neighbours included", () => {
    let seed = 0;
    const firsts = numbers(1000, () => stream(seed++, "order", 0).below(2 ** 31));
    expect(new Set(firsts).size).toBe(1000);
  });

  it("is uniform, in one stream and over the first draws of neighbouring ones", () => {
    const one = stream(3, "uniform");
    let epoch = 0;
    for (const draw of [() => one.below(10), () => stream(3, "order", epoch++).below(10)]) {
      const counts = Array(10).fill(0);
      for (const value of numbers(10_000, draw)) counts[value]++;
      // χ² with 9 degrees of freedom exceeds 33.7 once in 10,000 seeds.
      expect(counts.reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0)).toBeLessThan(33.7);
    }
  });

  it("draws numbers in [0, 1) with the mean and variance of uniform ones", () => {
    const from = stream(5, "next");
    const values = numbers(10_000, () => from.next());
    expect(values.every((x) => x >= 0 && x < 1)).toBe(true);
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
    // Four standard deviations of a mean of 10,000.
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.0116);
    expect(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length).toBeCloseTo(1 / 12, 2);
  });
});

describe("bits", () => {
  it("is each of 32 bits alike", () => {
    const from = stream(11, "bits");
    const counts = Array(32).fill(0);
    for (const bits of numbers(10_000, () => from.bits())) for (let k = 0; k < 32; k++) counts[k] += (bits >>> k) & 1;
    // Five standard deviations.
    for (const count of counts) expect(Math.abs(count - 5000)).toBeLessThan(250);
  });
});

describe("normals", () => {
  it.each([0, 1, 2, 7])("are %d numbers, the same for the same stream", (n) => {
    const values = normals(n, stream(2, "normals"));
    expect(values).toHaveLength(n);
    expect(values).toEqual(normals(7, stream(2, "normals")).subarray(0, n));
  });

  it("never change: heads in use began with them", () => {
    expect([...normals(3, stream(42, "normals"))]).toEqual([
      0.4542706608772278, -0.005968726705759764, -0.42712342739105225,
    ]);
  });

  it("have the moments of the normal distribution", () => {
    const values = normals(100_000, stream(4, "normals"));
    const moment = (power: number) => values.reduce((sum, x) => sum + x ** power, 0) / values.length;
    // Five standard deviations of each moment: the n-th has variance E x²ⁿ - (E xⁿ)².
    for (const [power, expected, variance] of [
      [1, 0, 1],
      [2, 1, 2],
      [3, 0, 15],
      [4, 3, 96],
    ] as const)
      expect(Math.abs(moment(power) - expected), `moment ${power}`).toBeLessThan(5 * Math.sqrt(variance / 100_000));
  });
});

describe("permutation", () => {
  it.each([0, 1, 2, 7, 1000])("holds each of %d numbers once", (n) => {
    const order = permutation(n, stream(9, "any"));
    expect([...order.toSorted()]).toEqual([...Array(n).keys()]);
  });

  it("gives each order of three alike", () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = String(permutation(3, stream(1, "orders", i)));
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    // χ² with 5 degrees of freedom exceeds 25.7 once in 10,000 seeds.
    expect([...counts.values()].reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0)).toBeLessThan(25.7);
  });
});
