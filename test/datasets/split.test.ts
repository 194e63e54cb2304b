import { describe, expect, it } from "vitest";
import { checkSplitOptions, splitClass } from "../../src/datasets/split.js";

const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `cat/${i}.jpg`);
const options = { validFraction: 0.2, seed: 42 };
const validOf = (all: readonly string[], chosen = options, label = "cat"): string[] => {
  const splits = splitClass(label, all, chosen);
  return all.filter((_, i) => splits[i] === "valid").sort();
};

describe("splitClass", () => {
  it.each([
    [2, 0.2, 1],
    [3, 0.2, 1],
    [10, 0.2, 2],
    [13, 0.2, 3],
    [101, 0.25, 25],
    [5, 0.99, 4],
    [2, 0.99, 1],
    [1000, 0.001, 1],
  ])("of %i photos and a fraction of %f, %i validate", (count, validFraction, valid) => {
    expect(validOf(names(count), { validFraction, seed: 1 })).toHaveLength(valid);
  });

  it("is the same every time and in any order of the photos", () => {
    expect(validOf(names(50).reverse())).toEqual(validOf(names(50)));
    expect(validOf(names(8))).toEqual(["cat/0.jpg", "cat/7.jpg"]);
  });

  it("differs by seed and by class", () => {
    expect(validOf(names(50), { ...options, seed: 43 })).not.toEqual(validOf(names(50)));
    expect(validOf(names(50), options, "dog")).not.toEqual(validOf(names(50)));
  });

  it("moves at most one photo when one is added", () => {
    const before = new Set(validOf(names(200)));
    const after = validOf([...names(200), "cat/new.jpg"]);
    expect(after.filter((name) => !before.has(name)).length).toBeLessThanOrEqual(1);
  });

  it("draws evenly: over 400 seeds each of 10 photos validates about 80 times", () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 400; seed++) {
      for (const name of validOf(names(10), { validFraction: 0.2, seed }))
        counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    // The deviation of a binomial with n = 400, p = 0.2 is 8.
    for (const name of names(10)) expect(Math.abs(counts.get(name)! - 80)).toBeLessThan(4 * 8);
  });
});

describe("checkSplitOptions", () => {
  it("fills in the defaults", () => {
    expect(checkSplitOptions({})).toEqual({ validFraction: 0.2, seed: 42 });
    expect(checkSplitOptions({ validFraction: 0.5, seed: -1 })).toEqual({ validFraction: 0.5, seed: -1 });
  });

  it.each([0, 1, -0.2, Number.NaN, Number.POSITIVE_INFINITY])("refuses a validFraction of %f", (validFraction) => {
    expect(() => checkSplitOptions({ validFraction, seed: 42 })).toThrow(/between 0 and 1.* for validFraction/);
  });

  it.each([0.5, Number.NaN, 2 ** 53])("refuses a seed of %f", (seed) => {
    expect(() => checkSplitOptions({ validFraction: 0.2, seed })).toThrow(/an integer for seed/);
  });
});
