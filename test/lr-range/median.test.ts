import { describe, expect, it } from "vitest";
import { isRegraftError } from "../../src/errors.js";
import { medianCurve } from "../../src/lr-range/median.js";
import type { Curve } from "../../src/lr-range/range-test.js";

const run = (losses: readonly number[], stopped: Curve["stopped"] = "diverged"): Curve => ({
  lrs: losses.map((_, i) => 10 ** i),
  losses,
  smoothed: losses.map((loss) => 2 * loss),
  beta: 0.9,
  steps: 4,
  stopped,
});

describe("the median curve", () => {
  it("is the pointwise median of losses and of averages", () => {
    const curve = medianCurve([run([5, 1, 3]), run([4, 9, 2]), run([6, 2, 8])]);
    expect(curve).toMatchObject({ losses: [5, 2, 3], smoothed: [10, 4, 6], lrs: [1, 10, 100], beta: 0.9, steps: 4 });
  });

  it("of an even number is the mean of the middle two", () => {
    expect(medianCurve([run([1]), run([2]), run([4]), run([8])]).losses).toEqual([3]);
  });

  it("counts a diverged run as infinitely bad, and ends where half of the runs have diverged", () => {
    const curve = medianCurve([run([1, 1]), run([2, 2, 2, 7, 7]), run([3, 3, 9, 9], "non-finite")]);
    expect(curve.losses).toEqual([2, 2, 9, 9]);
    expect(curve.stopped).toBe("non-finite");
    expect(medianCurve([run([1, 1, 1]), run([1])]).losses).toEqual([1]);
    expect(medianCurve([run([1, 1, 1, 1]), run([2, 2, 2]), run([3, 3]), run([4])]).losses).toEqual([2.5, 2.5]);
  });

  it("ends with the first run that ran out of rates: how that would have gone on is not known", () => {
    const curve = medianCurve([run([1, 1], "end"), run([2, 2, 2]), run([3, 3, 3])]);
    expect(curve).toMatchObject({ losses: [2, 2], stopped: "end" });
  });

  it("of one run is that run", () => {
    const one = run([3, 2, 1], "end");
    expect(medianCurve([one])).toEqual(one);
  });

  it("does not change its input", () => {
    const curves = Object.freeze([run([1, 2, 3]), run([1])]);
    expect(() => medianCurve(curves)).not.toThrow();
    expect(curves[0]!.losses).toEqual([1, 2, 3]);
  });

  it.each([
    ["no runs", []],
    ["other rates", [run([1, 2]), { ...run([1, 2]), lrs: [1, 11] }]],
    ["other steps", [run([1, 2]), { ...run([1, 2]), steps: 5 }]],
  ])("refuses %s", (_, curves) => {
    let failure: unknown;
    try {
      medianCurve(curves);
    } catch (error) {
      failure = error;
    }
    expect(isRegraftError(failure, "invalid-argument")).toBe(true);
  });
});
