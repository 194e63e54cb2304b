import { describe, expect, it } from "vitest";
import { type CrossEntropyLoss, lossOf } from "../../src/learner/loss-options.js";
import { refused } from "../helpers/refusal.js";

const named = (options: object) => ({ name: "cross-entropy", ...options }) as CrossEntropyLoss;

describe("lossOf", () => {
  it("is plain cross-entropy by default and by name", () => {
    const plain = { labelSmoothing: 0, classWeights: undefined };
    expect(lossOf()).toEqual(plain);
    expect(lossOf("cross-entropy")).toEqual(plain);
    expect(lossOf({ name: "cross-entropy" })).toEqual(plain);
  });

  it("keeps what is given", () => {
    expect(lossOf(named({ labelSmoothing: 0.1, classWeights: "balanced" }))).toEqual({
      labelSmoothing: 0.1,
      classWeights: "balanced",
    });
    expect(lossOf(named({ classWeights: { cat: 2, dog: 0.5 } })).classWeights).toEqual({ cat: 2, dog: 0.5 });
    expect(lossOf(named({ labelSmoothing: 0 })).labelSmoothing).toBe(0);
  });

  it.each<[string, unknown]>([
    ["loss", "focal"],
    ["loss", { name: "mse" }],
    ["loss", { labelSmoothing: 0.1 }],
    ["loss", null],
    ["loss", 1],
    ["loss", ["cross-entropy"]],
    ["loss", named({ smoothing: 0.1 })],
    ["loss.labelSmoothing", named({ labelSmoothing: 1 })],
    ["loss.labelSmoothing", named({ labelSmoothing: -0.1 })],
    ["loss.labelSmoothing", named({ labelSmoothing: "0.1" })],
    ["loss.labelSmoothing", named({ labelSmoothing: Number.NaN })],
    ["loss.labelSmoothing", named({ labelSmoothing: null })],
    ["loss.classWeights", named({ classWeights: "even" })],
    ["loss.classWeights", named({ classWeights: [1, 2] })],
    ["loss.classWeights", named({ classWeights: 2 })],
    ["loss.classWeights", named({ classWeights: null })],
  ])("refuses a wrong %s: %j", (name, loss) => {
    expect(refused(() => lossOf(loss as CrossEntropyLoss)).name).toBe(name);
  });
});
