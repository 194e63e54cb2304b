import { describe, expect, it } from "vitest";
import { clipNormOf, optimizerOf } from "../../src/learner/optimizer-options.js";
import { refused } from "../helpers/refusal.js";

const sgd = { name: "sgd", momentum: 0.9, nesterov: false, weightDecay: 0, decayBiasAndNorm: true };
const adamW = { name: "adamw", beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0.01, decayBiasAndNorm: true };

describe("optimizerOf", () => {
  it("takes names, or names with options, and fills in the rest", () => {
    expect(optimizerOf()).toEqual(sgd);
    expect(optimizerOf("sgd")).toEqual(sgd);
    expect(optimizerOf({ name: "sgd", nesterov: true })).toEqual({ ...sgd, nesterov: true });
    expect(optimizerOf("adamw")).toEqual(adamW);
    const given = {
      name: "adamw",
      beta1: 0.95,
      beta2: 0.99,
      eps: 1e-5,
      weightDecay: 0.1,
      decayBiasAndNorm: false,
    } as const;
    expect(optimizerOf(given)).toEqual(given);
  });

  it.each<[unknown, string, RegExp]>([
    [null, "optimizer", /"sgd", "adamw" or an object/],
    [["sgd"], "optimizer", /"sgd", "adamw" or an object/],
    ["adam", "optimizer", /"sgd" or "adamw"/],
    ["toString", "optimizer", /"sgd" or "adamw"/],
    [{ momentum: 0.5 }, "optimizer", /"sgd" or "adamw"/],
    [{ name: "sgd", lr: 0.1 }, "optimizer", /^options among name, momentum, nesterov, weightDecay, decayBiasAndNorm$/],
    [{ name: "adamw", momentum: 0.9 }, "optimizer", /^options among name, beta1, beta2, eps, weightDecay, decay/],
    [{ name: "sgd", beta1: 0.9 }, "optimizer", /^options among name, momentum/],
    [{ name: "sgd", momentum: 1 }, "optimizer.momentum", /\[0, 1\)/],
    [{ name: "adamw", beta1: 1 }, "optimizer.beta1", /\[0, 1\)/],
    [{ name: "adamw", eps: 0 }, "optimizer.eps", /above 0/],
  ])("refuses %j", (optimizer, name, expected) => {
    const details = refused(() => optimizerOf(optimizer as "sgd"));
    expect(details.name).toBe(name);
    expect(details.expected).toMatch(expected);
  });
});

describe("clipNormOf", () => {
  it("is none, or a norm", () => {
    expect([undefined, 1, 1e-3].map(clipNormOf)).toEqual([undefined, 1, 1e-3]);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, "1", null, true])("refuses %j", (clipNorm) => {
    expect(refused(() => clipNormOf(clipNorm as number)).name).toBe("clipNorm");
  });
});
