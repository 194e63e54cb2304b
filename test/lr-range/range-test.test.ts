import { describe, expect, it } from "vitest";
import { isRegraftError } from "../../src/errors.js";
import { type RangeStep, rangeTest } from "../../src/lr-range/range-test.js";

/** Losses by step, the last one for ever. */
const script = (losses: readonly number[]) => async (_lr: number, index: number) => losses[index] ?? losses.at(-1)!;
const flat = (value: number, count: number): number[] => Array.from({ length: count }, () => value);

describe("the rates", () => {
  it("rise from startLr to endLr by equal ratios, each recorded as the step was given it", async () => {
    const given: number[] = [];
    const step = async (lr: number) => given.push(lr) && 1;
    const curve = await rangeTest({ step, extend: false });
    expect(curve.lrs).toEqual(given);
    expect(curve).toMatchObject({ steps: 100, stopped: "end" });
    expect(curve.lrs).toHaveLength(100);
    expect(curve.lrs[0]).toBe(1e-7);
    expect(curve.lrs[33]).toBeCloseTo(1e-7 * 1e8 ** (33 / 99), 12);
    expect(curve.lrs[99]).toBeCloseTo(10, 12);
  });

  it("rise by equal differences with the linear ramp", async () => {
    const options = { startLr: 1, endLr: 5, steps: 5, ramp: "linear", extend: false } as const;
    const curve = await rangeTest({ step: script([1]), ...options });
    expect(curve.lrs).toEqual([1, 2, 3, 4, 5]);
  });
});

describe("smoothing", () => {
  it("is corrected for its bias: it starts at the first loss, not at zero", async () => {
    const curve = await rangeTest({ step: script([2, 1, 4]), steps: 3, beta: 0.9, extend: false });
    expect(curve.smoothed[0]).toBeCloseTo(2, 12);
    expect(curve.smoothed[1]).toBeCloseTo((0.9 * 2 + 1) / 1.9, 12);
    expect(curve.smoothed[2]).toBeCloseTo((0.81 * 2 + 0.9 * 1 + 4) / 2.71, 12);
    expect(curve.losses).toEqual([2, 1, 4]);
  });

  it.each([
    [100, 0.9],
    [200, 0.95],
    [20, 0.5],
    [5, 0],
  ])("remembers a tenth of %i steps", async (steps, beta) => {
    const curve = await rangeTest({ step: script([1]), steps, extend: false });
    expect(curve.beta).toBeCloseTo(beta, 12);
  });
});

describe("divergence", () => {
  it("ends the test when the smoothed loss exceeds four times its best; that point is dropped", async () => {
    const losses = [...flat(1, 60), ...flat(5, 40)];
    const curve = await rangeTest({ step: script(losses) });
    // 5 - 4 * 0.9^k > 4 first holds for k = 14 steps at loss 5.
    expect(curve.stopped).toBe("diverged");
    expect(curve.lrs).toHaveLength(60 + 13);
    expect(curve.smoothed.at(-1)).toBeLessThanOrEqual(4);
    expect(curve.losses).toHaveLength(73);
  });

  it("takes another factor", async () => {
    const curve = await rangeTest({ step: script([...flat(1, 60), 5]), stopFactor: 2 });
    expect(curve.lrs).toHaveLength(60 + 2);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])("ends at the first %d, in the warm-up too", async (bad) => {
    const late = await rangeTest({ step: script([...flat(1, 42), bad]) });
    expect(late).toMatchObject({ stopped: "non-finite" });
    expect(late.losses).toEqual(flat(1, 42));
    const early = await rangeTest({ step: script([1, bad]) });
    expect(early).toMatchObject({ stopped: "non-finite", losses: [1], smoothed: [1] });
  });

  it.each([0, 3, 9])("an early spike at step %i neither wins nor stops it (Lightning#1767)", async (at) => {
    const losses = flat(1, 100).with(at, 80);
    const curve = await rangeTest({ step: script(losses), extend: false });
    expect(curve.stopped).toBe("end");
    expect(curve.losses).toEqual(losses);
  });

  it("a lucky first batch does not set the best", async () => {
    const curve = await rangeTest({ step: script([0.01, ...flat(1, 99)]), extend: false });
    expect(curve.lrs).toHaveLength(100);
  });

  it("separable data: a loss that has been near zero may be noisy there, but not worse than untrained", async () => {
    const falling = Array.from({ length: 50 }, (_, i) => 0.7 * 0.7 ** i);
    const noise = Array.from({ length: 30 }, (_, i) => (i % 3 === 0 ? 0.05 : 1e-6));
    const curve = await rangeTest({ step: script([...flat(0.7, 10), ...falling, ...noise, 2]) });
    expect(curve.stopped).toBe("diverged");
    // The noise is 1e4 times the best and passes; 2 - 2 * 0.9^k > 0.7 first holds for the fifth loss of 2.
    expect(curve.losses.slice(60, 90)).toEqual(noise);
    expect(curve.lrs).toHaveLength(90 + 4);
  });
});

describe("extension", () => {
  const wall = (limit: number) => async (lr: number) => (lr < limit ? 1 - 0.01 * Math.log10(lr) : 100);

  it("goes on at the same ratio until the loss diverges: features scaled by 0.01 need rates 1e4 times higher", async () => {
    const curve = await rangeTest({ step: wall(3e4) });
    expect(curve.stopped).toBe("diverged");
    expect(curve.lrs.at(-1)).toBeGreaterThan(2e4);
    expect(curve.lrs.at(-1)).toBeLessThan(4e4);
    expect(curve.lrs[120]! / curve.lrs[119]!).toBeCloseTo(1e8 ** (1 / 99), 9);
  });

  it("is bounded by a rate of 1e8 and by three times the steps", async () => {
    const high = await rangeTest({ step: script([1]) });
    expect(high.stopped).toBe("end");
    expect(high.lrs.at(-1)).toBeLessThanOrEqual(1e8);
    const long = await rangeTest({ step: script([1]), startLr: 1e-3, endLr: 1e-2, steps: 20 });
    expect(long.lrs).toHaveLength(60);
  });

  it("ends where nothing is left to learn", async () => {
    const curve = await rangeTest({ step: async (_, i) => Math.min(1, 0.93 ** (i - 40)) });
    expect(curve.lrs).toHaveLength(100);
  });

  it("can be left out", async () => {
    expect((await rangeTest({ step: wall(3e4), extend: false })).lrs).toHaveLength(100);
  });
});

describe("the caller", () => {
  it("hears of every step", async () => {
    const seen: RangeStep[] = [];
    await rangeTest({ step: script([3, 1]), steps: 2, extend: false, onStep: (step) => seen.push(step) });
    expect(seen).toEqual([
      { index: 0, lr: 1e-7, loss: 3, smoothed: 3 },
      { index: 1, lr: expect.closeTo(10, 9), loss: 1, smoothed: 1 },
    ]);
  });

  it("aborts between two steps", async () => {
    const controller = new AbortController();
    let calls = 0;
    const step = async () => {
      if (++calls === 3) controller.abort(new Error("enough"));
      return 1;
    };
    await expect(rangeTest({ step, signal: controller.signal })).rejects.toThrow("enough");
    expect(calls).toBe(3);
  });

  it("receives what its step rejects with", async () => {
    const step = () => Promise.reject(new RangeError("no batch"));
    await expect(rangeTest({ step })).rejects.toThrow(RangeError);
  });

  it.each([
    ["startLr", { startLr: 0 }],
    ["startLr", { startLr: Number.NaN }],
    ["endLr", { startLr: 1, endLr: 0.5 }],
    ["endLr", { endLr: Number.POSITIVE_INFINITY }],
    ["steps", { steps: 1 }],
    ["steps", { steps: 10.5 }],
    ["steps", { steps: 1e9 }],
    ["stopFactor", { stopFactor: 1 }],
    ["beta", { beta: 1 }],
  ])("is told what is wrong with %s", async (name, options) => {
    const failure = await rangeTest({ step: script([1]), ...options }).catch((error: unknown) => error);
    expect(isRegraftError(failure, "invalid-argument") && failure.details.name).toBe(name);
  });
});
