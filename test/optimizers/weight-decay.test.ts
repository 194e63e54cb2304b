import { describe, expect, it } from "vitest";
import { checkWeightDecay, decays } from "../../src/optimizers/weight-decay.js";

describe("decays", () => {
  it.each([
    ["a dense layer's weight", [10, 512], true],
    ["a kernel", [64, 3, 7, 7], true],
    ["a depthwise kernel", [64, 1, 3, 3], true],
    ["a pointwise kernel", [64, 16, 1, 1], true],
    ["a bias", [64], false],
    ["a norm's scale per channel", [1, 64, 1, 1], false],
    ["a slope per channel", [64, 1, 1], false],
    ["a number", [], false],
    ["one element", [1, 1], false],
  ])("%s %j: %s when vectors are spared", (_, shape, expected) => {
    expect(decays(shape, { weightDecay: 0.1, decayBiasAndNorm: false })).toBe(expected);
    expect(decays(shape, { weightDecay: 0.1, decayBiasAndNorm: true })).toBe(true);
    expect(decays(shape, { weightDecay: 0, decayBiasAndNorm: true })).toBe(false);
  });
});

describe("checkWeightDecay", () => {
  it("takes 0 and more", () => {
    for (const weightDecay of [0, 1e-4, 2]) checkWeightDecay({ weightDecay, decayBiasAndNorm: false });
  });

  it.each([
    [{ weightDecay: -1e-9, decayBiasAndNorm: true }, "optimizer.weightDecay"],
    [{ weightDecay: Number.NaN, decayBiasAndNorm: true }, "optimizer.weightDecay"],
    [{ weightDecay: Number.POSITIVE_INFINITY, decayBiasAndNorm: true }, "optimizer.weightDecay"],
    [{ weightDecay: "0" as unknown as number, decayBiasAndNorm: true }, "optimizer.weightDecay"],
    [{ weightDecay: 0, decayBiasAndNorm: "no" as unknown as boolean }, "optimizer.decayBiasAndNorm"],
  ])("refuses %j", (decay, message) => {
    expect(() => checkWeightDecay(decay)).toThrow(message);
  });
});
