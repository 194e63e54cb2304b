import { describe, expect, it } from "vitest";
import { cyclicalRange as rangeOf } from "../../src/lr-range/cyclical-range.js";
import { rangeTest } from "../../src/lr-range/range-test.js";
import { stream } from "../../src/random.js";
import { noise } from "./curves.js";
import { createHead, createTask, trainAt } from "./softmax-regression.js";

const cyclicalRange = (points: Parameters<typeof rangeOf>[0], name = "Accuracy") => rangeOf(points, name);

/** 101 points over 0.001 … 0.1 with the accuracy given by the position 0 … 1. */
const pointsOf = (accuracy: (position: number) => number) =>
  Array.from({ length: 101 }, (_, i) => ({ lr: 0.001 + (0.099 * i) / 100, score: accuracy(i / 100) }));
const position = (lr: number | null): number => (lr! - 0.001) / 0.099;

describe("Smith's reading of accuracy over a linear ramp", () => {
  it("goes from where accuracy starts to rise to where it slows", () => {
    const range = cyclicalRange(pointsOf((x) => 0.2 + Math.min(0.6, Math.max(0, 2 * (x - 0.2)))));
    // A tenth of the rise, 0.06, is made at 0.23; the corner is at 0.5.
    expect(position(range.baseLr)).toBeCloseTo(0.22, 1);
    expect(position(range.maxLr)).toBeCloseTo(0.5, 1);
    expect(range.reason).toMatch(/^Accuracy starts to rise at 0\.02\d and slows at 0\.05\d\.$/);
  });

  it("to where it falls", () => {
    const range = cyclicalRange(pointsOf((x) => 0.9 - 1.2 * Math.abs(x - 0.6)));
    expect(position(range.baseLr)).toBeLessThan(0.1);
    expect(position(range.maxLr)).toBeGreaterThan(0.55);
    expect(position(range.maxLr)).toBeLessThan(0.7);
  });

  it("to the last point before it turns ragged", () => {
    const range = cyclicalRange(pointsOf((x) => 0.1 + 0.8 * x - (x > 0.4 && Math.round(100 * x) % 4 === 0 ? 0.3 : 0)));
    expect(position(range.maxLr)).toBeCloseTo(0.43, 6);
    expect(range.reason).toContain("turns ragged");
  });

  it.each([1, 2, 3])("stands noise (seed %i)", (seed) => {
    const draw = noise(seed);
    const range = cyclicalRange(pointsOf((x) => 0.2 + Math.min(0.6, Math.max(0, 2 * (x - 0.2))) + 0.01 * draw()));
    expect(position(range.baseLr)).toBeCloseTo(0.22, 1);
    expect(position(range.maxLr)).toBeGreaterThan(0.35);
    expect(position(range.maxLr)).toBeLessThan(0.6);
  });

  it("calls the score what it is", () => {
    expect(
      cyclicalRange(
        pointsOf((x) => 0.9 - 1.2 * Math.abs(x - 0.6)),
        "R²",
      ).reason,
    ).toMatch(/^R² starts to rise at /);
  });

  it("leaves out points without a value", () => {
    const points = pointsOf((x) => 0.2 + Math.min(0.6, Math.max(0, 2 * (x - 0.2))));
    const broken = points.toSpliced(40, 1, { lr: 0.04, score: Number.NaN });
    expect(cyclicalRange(broken).baseLr).toBe(cyclicalRange(points).baseLr);
  });
});

describe("where it cannot tell, it says why", () => {
  it.each([
    ["too few", pointsOf((x) => x).slice(0, 9)],
    ["does not rise", pointsOf(() => 0.5)],
    ["does not rise", pointsOf((x) => 0.9 - 0.5 * x)],
    ["rates do not rise", pointsOf((x) => x).toReversed()],
    ["too few", []],
    ["Accuracy is no number on these validation photos", pointsOf(() => Number.NaN)],
  ])("%s", (reason, points) => {
    expect(cyclicalRange(points)).toEqual({ baseLr: null, maxLr: null, reason: expect.stringContaining(reason) });
  });

  it("never throws, whatever the accuracies", () => {
    const random = stream(11, "points");
    for (let i = 0; i < 300; i++) {
      const jumps = Array.from({ length: random.below(120) }, () => (random.next() < 0.1 ? Number.NaN : random.next()));
      const { baseLr, maxLr } = cyclicalRange(jumps.map((score, k) => ({ lr: k + 1, score: score ** 4 })));
      if (baseLr !== null && maxLr !== null) expect(maxLr).toBeGreaterThan(baseLr);
    }
    const late = Array.from({ length: 60 }, (_, k) => ({ lr: k + 1, score: k < 58 ? 0 : 1 }));
    expect(cyclicalRange(late).baseLr).toBeGreaterThan(50);
  });

  it("still rising at the end: a base, but no maximum", () => {
    const range = cyclicalRange(pointsOf((x) => 0.1 + 0.8 * x));
    expect(position(range.baseLr)).toBeLessThan(0.15);
    expect(range).toMatchObject({ maxLr: null, reason: expect.stringContaining("raise it") });
  });
});

it("on a real ramp finds bounds that train well", async () => {
  const task = createTask({ separation: 1.5, labelNoise: 0.2 });
  const head = createHead(task);
  const points: { lr: number; score: number }[] = [];
  const step = async (lr: number) => {
    points.push({ lr, score: head.evaluate(task.valid).accuracy });
    return head.step(lr);
  };
  await rangeTest({ step, startLr: 1e-4, endLr: 1, steps: 60, ramp: "linear", extend: false });
  const { baseLr, maxLr } = cyclicalRange(points);
  expect(maxLr!).toBeGreaterThan(2 * baseLr!);
  // 0.84 is the best that any rate reaches here: 13 % of the labels are wrong.
  expect(trainAt(task, baseLr!).accuracy).toBeGreaterThan(0.8);
  expect(trainAt(task, maxLr!).accuracy).toBeGreaterThan(0.74);
});
