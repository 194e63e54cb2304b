import { describe, expect, it } from "vitest";
import { createOps } from "../../src/onnx/builder.js";
import { type AdamWOptions, adamW, adamWSettings } from "../../src/optimizers/adamw.js";
import { float32 } from "../../src/tensor.js";
import { relativeDifference } from "../helpers/difference.js";
import { compute, input, numbersOf } from "../helpers/run-graph.js";

// Ten steps against PyTorch are in ../training-graph/assemble.test.ts; here are single steps by the formula.

const [parameter, gradient, mean, square] = [input("w", [3]), input("g", [3]), input("m", [3]), input("v", [3])];
const [lr, momentum, count] = [input("lr", []), input("beta1", []), input("t", [])];
const scope = { parameter, gradient, lr, momentum, slots: { exp_avg: mean, exp_avg_sq: square, step: count } };

interface State {
  readonly w: readonly number[];
  readonly m: readonly number[];
  readonly v: readonly number[];
  readonly t: number;
}

const g = [0.5, -2, 1e-3];

/** A step at rate 0.1 and momentum 0.8. */
async function step(options: AdamWOptions, { w, m, v, t }: State): Promise<State> {
  const next = adamW(options).step({ op: createOps(), ...scope });
  const { exp_avg, exp_avg_sq, step } = next.slots;
  const results = await compute(
    [next.parameter, exp_avg!, exp_avg_sq!, step!],
    [parameter, gradient, mean, square, lr, momentum, count],
    {
      ...{ w: float32([3], w), g: float32([3], g), m: float32([3], m), v: float32([3], v) },
      ...{ lr: float32([], [0.1]), beta1: float32([], [0.8]), t: float32([], [t]) },
    },
  );
  const [w1, m1, v1, t1] = results.map(numbersOf);
  return { w: w1!, m: m1!, v: v1!, t: t1![0]! };
}

describe("adamW", () => {
  const start = { w: [2, -4, 1], m: [0.1, 0.2, -0.3], v: [0.04, 0.09, 0.01], t: 6 };

  it.each([
    ["default", {}, 0.999, 1e-8, 0.01],
    ["beta2 and eps", { beta2: 0.9, eps: 0.25 }, 0.9, 0.25, 0.01],
    ["decay", { weightDecay: 0.5 }, 0.999, 1e-8, 0.5],
    ["decay, not of vectors", { weightDecay: 0.5, decayBiasAndNorm: false }, 0.999, 1e-8, 0],
  ])("%s", async (_, options, beta2, eps, decay) => {
    const next = await step(options, start);
    const m = start.m.map((m, i) => 0.8 * m + 0.2 * g[i]!);
    const v = start.v.map((v, i) => beta2 * v + (1 - beta2) * g[i]! ** 2);
    const w = start.w.map((w, i) => {
      const size = Math.sqrt(v[i]! / (1 - beta2 ** 7)) + eps;
      return w - 0.1 * decay * w - (0.1 * m[i]!) / (1 - 0.8 ** 7) / size;
    });
    expect(next.t).toBe(7);
    expect(relativeDifference(next.m, m)).toBeLessThan(1e-6);
    expect(relativeDifference(next.v, v)).toBeLessThan(1e-6);
    expect(relativeDifference(next.w, w)).toBeLessThan(1e-5);
  });

  it.each([0.9, 0.999, 0.9999, 0.999999])(
    "moves by the rate where the gradient stays the same, beta2 %d",
    async (beta2) => {
      for (const t of [0, 1, 2, 9, 99, 9999]) {
        const rounded = Math.fround(beta2);
        const m = g.map((g) => (1 - Math.fround(0.8) ** t) * g);
        const v = g.map((g) => (1 - rounded ** t) * g ** 2);
        const { w } = await step({ beta2, weightDecay: 0, eps: 1e-12 }, { w: [0, 0, 0], m, v, t });
        // 1 - β2ᵗ is of numbers 6e-8 apart.
        expect(relativeDifference(w, [-0.1, 0.1, -0.1])).toBeLessThan(
          1e-6 + (t > 0 ? 6e-8 / (1 - rounded ** (t + 1)) : 0),
        );
      }
    },
  );

  it("steps alike at any scale of the gradient: a factor on the rate does nothing", () => {
    const op = createOps();
    // Equal nodes are one.
    const { parameter } = adamW().step({ op, ...scope, rate: input("rate", []) });
    expect(parameter).toBe(adamW().step({ op, ...scope }).parameter);
  });

  it("keeps two means and a count, and says the momentum it runs at", () => {
    expect(adamW().slots).toEqual({ exp_avg: "like", exp_avg_sq: "like", step: "scalar" });
    expect(adamW().momentum).toBe(0.9);
    expect(adamW({ beta1: 0.5 }).momentum).toBe(0.5);
  });
});

describe("adamWSettings", () => {
  it("fills in every default", () => {
    const defaults = { beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0.01, decayBiasAndNorm: true };
    expect(adamWSettings()).toEqual(defaults);
    const given = { beta1: 0, beta2: 0.5, eps: 1, weightDecay: 0, decayBiasAndNorm: false };
    expect(adamWSettings(given)).toEqual(given);
  });

  it.each([
    [{ beta1: 1 }, "optimizer.beta1"],
    [{ beta1: -0.1 }, "optimizer.beta1"],
    [{ beta2: "0.9" }, "optimizer.beta2"],
    [{ beta2: 1 - 1e-9 }, "in float32 too"],
    [{ eps: 0 }, "optimizer.eps"],
    [{ eps: 1e-50 }, "optimizer.eps"],
    [{ eps: Number.POSITIVE_INFINITY }, "optimizer.eps"],
    [{ weightDecay: -1 }, "optimizer.weightDecay"],
    [{ decayBiasAndNorm: null }, "optimizer.decayBiasAndNorm"],
  ])("refuses %j", (options, message) => {
    expect(() => adamWSettings(options as AdamWOptions)).toThrow(message);
    expect(() => adamW(options as AdamWOptions)).toThrow(message);
  });
});
