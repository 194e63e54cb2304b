import { describe, expect, it } from "vitest";
import { constantPlan, cyclicalPlan, oneCyclePlan } from "../../src/learner/fit-plan.js";
import { refusal } from "../helpers/refusal.js";

const ratesOf = ({ scheduleFor, epochs }: ReturnType<typeof constantPlan>, stepsPerEpoch: number) => {
  const schedule = scheduleFor(stepsPerEpoch);
  const total = epochs * stepsPerEpoch;
  return Array.from({ length: total }, (_, step) => schedule(step, total).lr);
};

describe("a plan", () => {
  it("has the rates, and says how it was called", () => {
    const plan = constantPlan(2, 0.1, {});
    expect(plan).toMatchObject({ call: "fit(2, 0.1)", epochs: 2, options: {} });
    expect(ratesOf(plan, 2)).toEqual([0.1, 0.1, 0.1, 0.1]);
  });

  it("of one cycle names what differs from the defaults, and hands the rest on", () => {
    const signal = new AbortController().signal;
    const plan = oneCyclePlan(1, 0.5, { pctStart: 0.5, div: 10, signal });
    expect(plan.call).toBe('fitOneCycle(1, 0.5, {"pctStart":0.5,"div":10})');
    expect(plan.options).toEqual({ signal });
    expect(ratesOf(plan, 4)[0]).toBeCloseTo(0.05, 12);
    expect(ratesOf(plan, 4)[2]).toBeCloseTo(0.5, 12);
    expect(oneCyclePlan(4, 0.01, {}).call).toBe("fitOneCycle(4, 0.01)");
  });

  it("of cycles takes two epochs for half of one, or as many steps as it is told", () => {
    const swing = { baseLr: 1, maxLr: 2 };
    expect(ratesOf(cyclicalPlan(4, swing, {}), 1)).toEqual([1, 1.5, 2, 1.5]);
    expect(ratesOf(cyclicalPlan(4, { ...swing, stepSize: 1 }, {}), 1)).toEqual([1, 2, 1, 2]);
    expect(cyclicalPlan(4, swing, {}).call).toBe('fitCyclical(4, {"baseLr":1,"maxLr":2})');
  });

  it.each<[string, () => unknown]>([
    ["epochs", () => constantPlan(0, 0.1, {})],
    ["lr", () => constantPlan(1, Number.NaN, {})],
    ["fit's options", () => constantPlan(1, 0.1, null as never)],
    ["callbacks", () => constantPlan(1, 0.1, { callbacks: {} as never })],
    ["maxLr", () => oneCyclePlan(1, "0.1" as never, {})],
    ["pctStart", () => oneCyclePlan(1, 0.1, { pctStart: null as never })],
    ["momenta", () => oneCyclePlan(1, 0.1, { momenta: null as never })],
    ["fitOneCycle's options", () => oneCyclePlan(1, 0.1, { maxLR: 1 } as never)],
    ["fitCyclical's cycle", () => cyclicalPlan(1, null as never, {})],
    ["stepSize", () => cyclicalPlan(1, { baseLr: 0.1, maxLr: 1, stepSize: null as never }, {})],
    ["mode", () => cyclicalPlan(1, { baseLr: 0.1, maxLr: 1, mode: "square" as never }, {})],
    ["gamma", () => cyclicalPlan(1, { baseLr: 0.1, maxLr: 1, gamma: "1" as never }, {})],
    ["fitCyclical's options", () => cyclicalPlan(1, { baseLr: 0.1, maxLr: 1 }, { callback: [] } as never)],
  ])("refuses a wrong %s", async (name, plan) => {
    expect((await refusal(plan, "invalid-argument", "Expected")).details.name).toBe(name);
  });
});
