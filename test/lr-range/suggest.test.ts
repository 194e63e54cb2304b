import { describe, expect, it } from "vitest";
import type { Curve } from "../../src/lr-range/range-test.js";
import { suggest } from "../../src/lr-range/suggest.js";
import { stream } from "../../src/random.js";
import { curveOf, noise, smooth, textbook } from "./curves.js";

/** The first points of a curve. */
const cut = (curve: Curve, length: number): Curve => ({
  ...curve,
  lrs: curve.lrs.slice(0, length),
  losses: curve.losses.slice(0, length),
  smoothed: curve.smoothed.slice(0, length),
});

describe("a textbook curve", () => {
  const suggestion = suggest(curveOf(textbook));

  it("gets the lesson's rate, with the reason in words", () => {
    expect(suggestion.rule).toBe("lesson");
    expect(Math.log10(suggestion.lr!)).toBeCloseTo(-1, 1);
    expect(suggestion.reason).toMatch(/^0\.\d+ is the largest rate at which the loss still clearly falls/);
    expect(suggestion.lr).toBe(suggestion.rules.lesson);
  });

  it("shows what every rule says", () => {
    const { minimum, steep, valley, slide } = suggestion.rules;
    // The floor begins at 0.1 and its first point is a tenth of a decade above.
    expect(minimum! / 0.01).toBeCloseTo(1.1, 0);
    expect(steep).toBeGreaterThan(1e-4);
    expect(steep).toBeLessThan(0.1);
    expect(Math.log10(valley!)).toBeCloseTo(-2.9, 0);
    expect(slide).toBeGreaterThan(0);
  });
});

describe("no suggestion, but a reason", () => {
  it.each([0, 1, 5, 24])("for %i points (fastai#3658)", (length) => {
    const suggestion = suggest(cut(curveOf(textbook), length));
    expect(suggestion).toMatchObject({ lr: null, rule: null, warnings: [] });
    expect(suggestion.reason).toContain(`of ${length} points`);
    expect(suggestion.reason).toContain("lower startLr");
  });

  it("for a range of too few steps", () => {
    const suggestion = suggest({ ...cut(curveOf(textbook), 8), steps: 8, stopped: "end" });
    expect(suggestion.reason).toContain("use more steps");
  });

  it.each([
    ["stays", () => 1.5],
    ["rises", (x: number) => 10 + x],
    ["hardly moves", (x: number) => 2 - 1e-4 * x],
  ])("where the loss %s", (_, loss) => {
    expect(suggest(curveOf(loss))).toMatchObject({ lr: null, reason: expect.stringContaining("never falls") });
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])("where it is flat noise (seed %i)", (seed) => {
    const draw = noise(seed);
    const { losses } = curveOf(() => 1 + 0.2 * draw());
    const curve = curveOf(() => 1, { losses, smoothed: smooth(losses, 0.9), beta: 0.9 });
    expect(suggest(curve).lr).toBeNull();
  });
});

it("falls back to the valley, and says so, where the descent hardly exceeds the noise", () => {
  const draw = noise(3);
  const { losses } = curveOf((x) => 1 + 0.05 * (textbook(x) - 2) + 0.04 * draw());
  const curve = curveOf(() => 1, { losses, smoothed: smooth(losses, 0.9), beta: 0.9 });
  const suggestion = suggest(curve);
  expect(suggestion.rule).toBe("valley");
  expect(suggestion.lr).toBe(suggestion.rules.valley);
  expect(suggestion.reason).toContain("longest valley");
});

describe("warnings", () => {
  const mild = (x: number) => 2 - 1.5 / (1 + Math.exp(-4 * (x + 2.5))) + Math.exp(3 * (x - 0.5));

  it("name the rules that are more than a decade away", () => {
    // A second, small drop near the end takes the minimum with it.
    const suggestion = suggest(curveOf((x) => mild(x) - (x > 0.4 && x < 0.5 ? 2 : 0)));
    const far = suggestion.warnings.find((warning) => warning.includes("disagree by more than a decade"));
    for (const [rule, lr] of Object.entries(suggestion.rules)) {
      const isFar = Math.abs(Math.log10(lr! / suggestion.lr!)) > 1;
      expect(far?.includes(`${rule} `) ?? false).toBe(isFar);
    }
    expect(far).toBeDefined();
  });

  it("say that the loss never diverged", () => {
    const never = suggest(curveOf(mild, { stopped: "end" })).warnings;
    expect(never).toContainEqual(expect.stringContaining("never diverged up to a rate of 10,"));
    expect(suggest(curveOf(mild)).warnings.join()).not.toContain("never diverged");
  });

  it("say that the range starts too high", () => {
    const late = suggest(curveOf((x) => mild(x - 4))).warnings;
    expect(late.join()).not.toContain("start the range lower");
    const early = suggest(
      cut(
        curveOf((x) => mild(x + 4)),
        54,
      ),
    ).warnings;
    expect(early).toContainEqual(expect.stringContaining("start the range lower"));
  });
});

it("never throws, whatever the losses", () => {
  const random = stream(7, "curves");
  const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -1, 1e308, 1e-308];
  const value = () => (random.next() < 0.2 ? odd[random.below(odd.length)]! : random.next() * 10);
  for (let i = 0; i < 300; i++) {
    const list = () => Array.from({ length: random.below(120) }, value);
    const lrs = list().map((_, k) => 1e-7 * 1.2 ** k);
    const curve: Curve = { lrs, losses: list(), smoothed: list(), beta: 0.9, steps: 100, stopped: "end" };
    const { lr, reason } = suggest(curve);
    expect(lr === null || Number.isFinite(lr)).toBe(true);
    expect(reason.length).toBeGreaterThan(20);
  }
});
