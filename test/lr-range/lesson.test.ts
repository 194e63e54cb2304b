import { describe, expect, it } from "vitest";
import { lesson, startLevel } from "../../src/lr-range/lesson.js";
import { curveOf, noise, smooth, textbook } from "./curves.js";

const log = (lr: number | null): number => Math.log10(lr ?? Number.NaN);

describe("the lesson's reading", () => {
  it("is the end of the clear descent: where half of the window has stopped falling", () => {
    expect(log(lesson(curveOf(textbook)))).toBeCloseTo(-1, 1);
  });

  it("lies clearly before the minimum of a rounded valley, as 0.01 does for a minimum near 0.1", () => {
    // Steepest at -2.5, half as steep 0.44 decades beyond, minimum at -1.1.
    const rounded = (x: number) => 2 - 1.5 / (1 + Math.exp(-4 * (x + 2.5))) + Math.exp(3 * (x - 0.5));
    const curve = curveOf(rounded);
    const best = curve.lrs[curve.losses.indexOf(Math.min(...curve.losses))]!;
    expect(Math.log10(best)).toBeCloseTo(-1.1, 1);
    expect(log(lesson(curve))).toBeGreaterThan(-2.3);
    expect(log(lesson(curve))).toBeLessThan(-1.8);
  });

  it.each([0.5, 0.8, 0.9, 0.95])("corrects most of the lag of an average with beta %d", (beta) => {
    const plain = curveOf(textbook);
    const lagging = { ...plain, smoothed: smooth(plain.losses, beta), beta };
    const lag = ((beta / (1 - beta)) * 8) / 99;
    expect(Math.abs(log(lesson(lagging)) - log(lesson(plain)))).toBeLessThan(0.5 * lag);
  });

  it.each([1, 2, 3, 4, 5])("stands noise (seed %i)", (seed) => {
    const draw = noise(seed);
    const losses = curveOf((x) => textbook(x) + 0.1 * draw()).losses;
    const noisy = curveOf(textbook, { losses, smoothed: smooth(losses, 0.9), beta: 0.9 });
    expect(log(lesson(noisy))).toBeGreaterThan(-1.6);
    expect(log(lesson(noisy))).toBeLessThan(-0.7);
  });

  it.each([5, 12, 25, 40])("is not drawn to the decay after a spike at step %i", (at) => {
    const plain = curveOf(textbook);
    const losses = plain.losses.with(at, 100);
    const spiked = lesson({ ...plain, losses, smoothed: smooth(losses, 0.9), beta: 0.9 });
    const clean = lesson({ ...plain, smoothed: smooth(plain.losses, 0.9), beta: 0.9 });
    expect(Math.abs(log(spiked) - log(clean))).toBeLessThan(0.3);
  });

  it("has no answer where nothing falls or nothing is left", () => {
    expect(lesson(curveOf(() => 1))).toBeNull();
    expect(lesson(curveOf((x) => 10 + x))).toBeNull();
    expect(lesson(curveOf(textbook, { lrs: [], losses: [], smoothed: [] }))).toBeNull();
  });
});

it("the start level is the median of the warm-up, so a spike does not lift it", () => {
  const curve = curveOf(textbook);
  expect(startLevel({ ...curve, losses: curve.losses.with(0, 1e6) })).toBe(2);
});
