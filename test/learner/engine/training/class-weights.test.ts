import { describe, expect, it } from "vitest";
import { classWeights } from "../../../../src/learner/engine/training/class-weights.js";
import { refusal } from "../../../helpers/refusal.js";

const classes = ["bird", "cat", "dog"];
const labels = Int32Array.of(0, 0, 0, 0, 0, 1, 1, 2, 2, 2);

describe("classWeights", () => {
  it("is nothing when nothing is wanted", () => {
    expect(classWeights(undefined, classes, labels)).toBeUndefined();
  });

  it("balances: N / (classes · photos of the class), so that all classes weigh alike", () => {
    const weights = classWeights("balanced", classes, labels)!;
    expect(weights).toEqual([10 / 15, 10 / 6, 10 / 9]);
    for (const [c, count] of [5, 2, 3].entries()) expect(count * weights[c]!).toBeCloseTo(10 / 3, 12);
    expect(classWeights("balanced", [...classes, "none"], labels)!.at(-1)).toBe(0);
  });

  it("goes by name, 1 for those not named", () => {
    expect(classWeights({ dog: 2.5 }, classes, labels)).toEqual([1, 1, 2.5]);
    expect(classWeights({}, classes, labels)).toEqual([1, 1, 1]);
  });

  it("takes classes for what they are, whatever JavaScript makes of their names", () => {
    expect(classWeights({ cat: 2 }, ["__proto__", "cat", "constructor"], labels)).toEqual([1, 2, 1]);
    const wanted = JSON.parse('{"__proto__": 3}');
    expect(classWeights(wanted, ["__proto__", "cat"], labels)).toEqual([3, 1]);
  });

  it.each<[unknown, string, string]>([
    [{ horse: 2 }, "classes among bird, cat, dog", '"horse"'],
    [{ cat: 0 }, 'loss.classWeights["cat"]', "a positive number"],
    [{ cat: -1 }, 'loss.classWeights["cat"]', "-1"],
    [{ cat: Number.POSITIVE_INFINITY }, 'loss.classWeights["cat"]', "Infinity"],
    [{ cat: "2" }, 'loss.classWeights["cat"]', '"2"'],
  ])("refuses %j", async (wanted, ...parts) => {
    await refusal(() => classWeights(wanted as Record<string, number>, classes, labels), "invalid-argument", ...parts);
  });
});
