import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { minimum, slide, steep, trim, valley } from "../../src/lr-range/rules.js";

interface Case {
  readonly name: string;
  readonly steps: number;
  readonly lrs: readonly number[];
  readonly losses: readonly (number | null)[];
  readonly expected: Readonly<Record<keyof typeof rules, number>>;
}

const rules = { valley, steep, minimum, slide };
const fixture = new URL("../fixtures/lr-rules.json", import.meta.url);
const cases = JSON.parse(readFileSync(fixture, "utf8")) as readonly Case[];

const curveOf = (smoothed: readonly number[], lrs: readonly number[], steps: number) =>
  ({ lrs, smoothed, losses: smoothed, beta: 0, steps, stopped: "end" }) as const;

const decade = (count: number): number[] => Array.from({ length: count }, (_, i) => 1e-6 * 10 ** (i / 10));

describe.each(cases)("fastai's rules on the curve '$name'", ({ lrs, losses, steps, expected }) => {
  const smoothed = losses.map((loss) => loss ?? Number.NaN);
  it.each(Object.keys(rules) as (keyof typeof rules)[])("%s", (rule) => {
    const answer = rules[rule](trim(curveOf(smoothed, lrs, steps)));
    expect(answer! / expected[rule]).toBeCloseTo(1, 12);
  });
});

describe("trimming", () => {
  it("drops the first tenth of the planned steps and the last five points", () => {
    const lrs = decade(60);
    expect(trim(curveOf(lrs, lrs, 100)).lrs).toEqual(lrs.slice(10, 55));
    expect(trim(curveOf(lrs, lrs, 40)).lrs).toEqual(lrs.slice(4, 55));
  });

  it("cuts at the first value that is not finite", () => {
    const lrs = decade(60);
    const losses = lrs.with(30, Number.NaN).with(40, Number.POSITIVE_INFINITY);
    expect(trim(curveOf(losses, lrs, 100)).losses).toEqual(losses.slice(10, 30));
  });

  it("leaves nothing of a curve that is too short", () => {
    expect(trim(curveOf(decade(12), decade(12), 100))).toEqual({ lrs: [], losses: [] });
    expect(trim(curveOf([], [], 100))).toEqual({ lrs: [], losses: [] });
  });
});

describe("a single rule", () => {
  it("valley: gaps belong to it, so a spike does not cut it", () => {
    const losses = Array.from({ length: 30 }, (_, i) => (i === 12 ? 50 : 30 - i));
    // 29 falling points that end at index 29: sections of 9, from 0 on; 9 + 4 = 13.
    expect(valley({ lrs: decade(30), losses })).toBe(decade(30)[13]);
  });

  it("steep: divides by the step in log lr, so unevenly spaced rates do not mislead it (Lightning#21141)", () => {
    // The largest fall per point is the last, the largest per decade the first.
    expect(steep({ lrs: [1e-6, 2e-6, 1e-2, 1e2], losses: [3, 2, 1.5, 0] })).toBe(1e-6);
  });

  it("minimum: a tenth of the best rate, the first of equal ones", () => {
    expect(minimum({ lrs: [0.1, 1, 10, 100], losses: [3, 1, 1, 2] })).toBe(0.1);
  });

  it("slide: needs its 15 steps", () => {
    expect(slide({ lrs: decade(15), losses: decade(15) })).toBeNull();
    expect(slide({ lrs: decade(16), losses: decade(16) })).toBe(1e-6);
  });

  it.each(Object.entries(rules))("%s has no answer without points", (_, rule) => {
    expect(rule({ lrs: [], losses: [] })).toBeNull();
  });

  it("valley has no answer where nothing falls", () => {
    expect(valley({ lrs: decade(20), losses: decade(20) })).toBeNull();
  });

  it("valley stays quick on the longest curve a range test can give", () => {
    const losses = Array.from({ length: 30_000 }, (_, i) => -i);
    expect(valley({ lrs: losses.map((loss) => 1 - loss), losses })).toBe(15_000);
  });
});
