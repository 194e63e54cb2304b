import { describe, expect, it } from "vitest";
import { lossAxis, rateAxis } from "../../src/lr-range/plot-axes.js";
import { curveOf, textbook } from "./curves.js";

const empty = curveOf(textbook, { lrs: [], losses: [], smoothed: [] });

describe("the axis of rates", () => {
  it("spans whole decades around all runs, with one tick each", () => {
    const early = curveOf(textbook, { lrs: [3e-6, 0.02] });
    expect(rateAxis([early, curveOf(textbook, { lrs: [3e-6, 0.5] })])).toEqual({ min: 1e-6, max: 1, interval: 1 });
  });

  it("does not grow by a decade for a rate of 10.000000000000002", () => {
    expect(rateAxis([curveOf(textbook, { lrs: [1e-7, 10.000000000000002] })]).max).toBe(10);
  });

  it("stands a run without points", () => {
    expect(rateAxis([empty])).toEqual({ min: 1e-7, max: 10, interval: 1 });
  });
});

describe("the axis of losses", () => {
  it("ends a little above the untrained loss, not at the divergence", () => {
    // Starts at 2, lowest 0.5, ends at 8.5.
    expect(lossAxis(curveOf(textbook))).toEqual({ min: 0, max: 2.5, interval: 0.5 });
  });

  it("does not start at zero for a curve far above it", () => {
    const { min, max, interval } = lossAxis(curveOf((x) => 10 + 0.1 * textbook(x)));
    expect([min, max, interval]).toEqual([10, 10.25, 0.05]);
  });

  it.each([0, -3, 1e-9, 1e9])("has room for a loss that stays at %d", (loss) => {
    const { min, max, interval } = lossAxis(curveOf(() => loss));
    expect(min).toBeLessThanOrEqual(loss);
    expect(max).toBeGreaterThan(loss);
    expect((max - min) / interval).toBeLessThan(20);
  });

  it("stands a run without points", () => {
    expect(Number.isFinite(lossAxis(empty).max)).toBe(true);
  });
});
