import { describe, expect, it } from "vitest";
import { groupRates, spreadRatios } from "../../src/learner/group-rates.js";
import { refused } from "../helpers/refusal.js";

/** To twelve digits. */
function expectClose(values: readonly number[], expected: readonly number[]): void {
  expect(values).toHaveLength(expected.length);
  for (const [i, value] of values.entries()) expect(value / expected[i]!).toBeCloseTo(1, 12);
}

describe("groupRates", () => {
  it("gives one rate to all groups", () => {
    expect(groupRates("lr", 0.3, 1)).toEqual({ lr: 0.3, ratios: [1] });
    expect(groupRates("lr", 0.3, 4)).toEqual({ lr: 0.3, ratios: [1, 1, 1, 1] });
  });

  it("spreads two in equal ratios, the last group's rate exactly what was given", () => {
    const { lr, ratios } = groupRates("lr", [1e-5, 1e-3], 5);
    expect(lr).toBe(1e-3);
    expectClose(ratios, [1e-2, 10 ** -1.5, 1e-1, 10 ** -0.5, 1]);
    expect(ratios[4]).toBe(1);
    expectClose(groupRates("lr", [0.2, 0.1], 3).ratios, [2, Math.SQRT2, 1]);
    expect(groupRates("lr", [0.1, 0.5], 1)).toEqual({ lr: 0.5, ratios: [1] });
  });

  it("takes a rate for each group as it is", () => {
    expect(groupRates("lr", [0.1, 0.4, 0.2], 3)).toEqual({ lr: 0.2, ratios: [0.5, 2, 1] });
    expect(groupRates("lr", [0.1, 0.4], 2)).toEqual({ lr: 0.4, ratios: [0.25, 1] });
    expect(groupRates("lr", [0.7], 1)).toEqual({ lr: 0.7, ratios: [1] });
  });

  it.each<[unknown]>([
    ...[0, -1, Number.NaN, Number.POSITIVE_INFINITY, "0.1", null, undefined, { length: 1 }].map((rate): [unknown] => [
      rate,
    ]),
    [[]],
    [[0.1]],
    [[0.1, 0.2, 0.3, 0.4]],
    [[0.1, 0]],
    [[0.1, "0.2"]],
    [[0.1, 0.2, Number.NaN]],
  ])("refuses %j", (given) => {
    const { name, expected } = refused(() => groupRates("maxLr", given as number, 3));
    expect(name).toBe("maxLr");
    expect(expected).toContain("one for each of the 3 groups");
  });
});

describe("spreadRatios", () => {
  it("leads from the spread's inverse to 1", () => {
    expectClose(spreadRatios(100, 3), [0.01, 0.1, 1]);
    expect(spreadRatios(1, 3)).toEqual([1, 1, 1]);
    expect(spreadRatios(100, 1)).toEqual([1]);
    expectClose(spreadRatios(0.25, 3), [4, 2, 1]);
  });
});
