import { describe, expect, it } from "vitest";
import { constantPlan, cyclicalPlan, oneCyclePlan, scheduleFor } from "../../src/learner/fit-plan.js";
import { refusal } from "../helpers/refusal.js";

const groups = 3;

const ratesOf = (plan: ReturnType<typeof constantPlan>, stepsPerEpoch: number) => {
  const { epochs } = plan;
  // As it is once it was written down.
  const schedule = scheduleFor(JSON.parse(JSON.stringify(plan.schedule)), stepsPerEpoch);
  const total = epochs * stepsPerEpoch;
  return Array.from({ length: total }, (_, step) => schedule(step, total).lr);
};

describe("a plan", () => {
  it("has the rates, and says how it was called", () => {
    const plan = constantPlan(2, 0.1, {}, groups);
    expect(plan).toMatchObject({ call: "fit(2, 0.1)", epochs: 2, options: {} });
    expect(ratesOf(plan, 2)).toEqual([0.1, 0.1, 0.1, 0.1]);
  });

  it("has a rate for every group: the schedule is the last one's, of which the others have their shares", () => {
    expect(constantPlan(1, 0.5, {}, groups)).toMatchObject({ ratios: [1, 1, 1], maxLr: 0.5 });
    const spread = oneCyclePlan(4, [1e-4, 1e-2], {}, groups);
    expect(spread).toMatchObject({ call: "fitOneCycle(4, [0.0001,0.01])", maxLr: 0.01 });
    for (const [i, share] of [0.01, 0.1, 1].entries()) expect(spread.ratios[i]).toBeCloseTo(share, 12);
    const rates = ratesOf(oneCyclePlan(1, [1e-4, 1e-2], { pctStart: 0.5, div: 10 }, groups), 4);
    expect(rates[0]).toBeCloseTo(1e-3, 12);
    expect(rates[2]).toBeCloseTo(1e-2, 12);
    expect(constantPlan(1, [0.1, 0.2, 0.4], {}, groups)).toMatchObject({ ratios: [0.25, 0.5, 1], maxLr: 0.4 });
    expect(cyclicalPlan(1, { baseLr: 0.1, maxLr: 0.5 }, {}, groups)).toMatchObject({ ratios: [1, 1, 1], maxLr: 0.5 });
  });

  it("of one cycle names what differs from the defaults, and hands the rest on", () => {
    const signal = new AbortController().signal;
    const plan = oneCyclePlan(1, 0.5, { pctStart: 0.5, div: 10, signal }, groups);
    expect(plan.call).toBe('fitOneCycle(1, 0.5, {"pctStart":0.5,"div":10})');
    expect(plan.options).toEqual({ signal });
    expect(ratesOf(plan, 4)[0]).toBeCloseTo(0.05, 12);
    expect(ratesOf(plan, 4)[2]).toBeCloseTo(0.5, 12);
    expect(oneCyclePlan(4, 0.01, {}, groups).call).toBe("fitOneCycle(4, 0.01)");
  });

  it("of cycles takes two epochs for half of one, or as many steps as it is told", () => {
    const swing = { baseLr: 1, maxLr: 2 };
    expect(ratesOf(cyclicalPlan(4, swing, {}, groups), 1)).toEqual([1, 1.5, 2, 1.5]);
    expect(ratesOf(cyclicalPlan(4, { ...swing, stepSize: 1 }, {}, groups), 1)).toEqual([1, 2, 1, 2]);
    expect(cyclicalPlan(4, swing, {}, groups).call).toBe('fitCyclical(4, {"baseLr":1,"maxLr":2})');
  });

  it.each<[string, () => unknown]>([
    ["epochs", () => constantPlan(0, 0.1, {}, groups)],
    ["lr", () => constantPlan(1, Number.NaN, {}, groups)],
    ["lr", () => constantPlan(1, [0.1, 0.1, 0.1, 0.1], {}, groups)],
    ["fit's options", () => constantPlan(1, 0.1, null as never, groups)],
    ["callbacks", () => constantPlan(1, 0.1, { callbacks: {} as never }, groups)],
    ["maxLr", () => oneCyclePlan(1, "0.1" as never, {}, groups)],
    ["pctStart", () => oneCyclePlan(1, 0.1, { pctStart: null as never }, groups)],
    ["momenta", () => oneCyclePlan(1, 0.1, { momenta: null as never }, groups)],
    ["fitOneCycle's options", () => oneCyclePlan(1, 0.1, { maxLR: 1 } as never, groups)],
    ["fitCyclical's cycle", () => cyclicalPlan(1, null as never, {}, groups)],
    ["stepSize", () => cyclicalPlan(1, { baseLr: 0.1, maxLr: 1, stepSize: null as never }, {}, groups)],
    ["mode", () => cyclicalPlan(1, { baseLr: 0.1, maxLr: 1, mode: "square" as never }, {}, groups)],
    ["gamma", () => cyclicalPlan(1, { baseLr: 0.1, maxLr: 1, gamma: "1" as never }, {}, groups)],
    ["fitCyclical's options", () => cyclicalPlan(1, { baseLr: 0.1, maxLr: 1 }, { callback: [] } as never, groups)],
  ])("refuses a wrong %s", async (name, plan) => {
    expect((await refusal(plan, "invalid-argument", "Expected")).details.name).toBe(name);
  });
});
