import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isRegraftError } from "../../src/errors.js";
import { constant, cosine, cyclical, exponential, join, linear, oneCycle } from "../../src/lr-range/schedules.js";

interface Fixture {
  readonly oneCycle: readonly {
    readonly options: { readonly maxLr: number; readonly pctStart?: number; readonly div?: number };
    readonly lrs: readonly number[];
    readonly momenta: readonly number[];
  }[];
  readonly cyclical: readonly { readonly mode: "triangular" | "triangular2" | "exp_range"; readonly lrs: number[] }[];
}

const file = new URL("../fixtures/lr-schedules.json", import.meta.url);
const fixture = JSON.parse(readFileSync(file, "utf8")) as Fixture;

describe("pieces", () => {
  it.each([
    ["linear", linear(2, 6), [2, 3, 4, 6]],
    ["cosine", cosine(2, 6), [2, 4 - Math.SQRT2, 4, 6]],
    ["exponential", exponential(1, 16), [1, 2, 4, 16]],
  ])("%s", (_, piece, expected) => {
    [0, 0.25, 0.5, 1].forEach((position, i) => {
      expect(piece(position)).toBeCloseTo(expected[i]!, 12);
    });
  });

  it("are joined so that each runs over its own 0 to 1", () => {
    const joined = join(0.25, linear(0, 1), linear(10, 20));
    expect([0, 0.125, 0.25, 0.625, 1].map(joined)).toEqual([0, 0.5, 10, 15, 20]);
    expect(join(0, linear(0, 1), linear(10, 20))(0)).toBe(10);
  });
});

describe("one-cycle", () => {
  it.each(fixture.oneCycle)("agrees with fastai's fit_one_cycle for $options", ({ options, lrs, momenta }) => {
    const schedule = oneCycle(options);
    lrs.forEach((lr, i) => {
      const at = schedule(5 * i, 100);
      expect(at.lr / lr).toBeCloseTo(1, 9);
      expect(at.momentum).toBeCloseTo(momenta[i]!, 12);
    });
  });

  it("passes through the three rates and momenta", () => {
    const schedule = oneCycle({ maxLr: 0.1, momenta: [0.9, 0.8, 0.95] });
    expect(schedule(0, 100)).toEqual({ lr: expect.closeTo(0.004, 15), momentum: expect.closeTo(0.9, 15) });
    expect(schedule(25, 100)).toEqual({ lr: expect.closeTo(0.1, 15), momentum: expect.closeTo(0.8, 15) });
    expect(schedule(100, 100)).toEqual({ lr: expect.closeTo(1e-6, 15), momentum: expect.closeTo(0.95, 15) });
  });
});

describe("cyclical", () => {
  it.each(fixture.cyclical)("$mode agrees with PyTorch's CyclicLR", ({ mode, lrs }) => {
    const schedule = cyclical({ baseLr: 0.001, maxLr: 0.006, stepSize: 8, mode, gamma: 0.99 });
    lrs.forEach((lr, step) => {
      expect(schedule(step, 60).lr).toBeCloseTo(lr, 12);
    });
  });

  it("is at the base every cycle and at the top between, whatever the total", () => {
    const schedule = cyclical({ baseLr: 1, maxLr: 3, stepSize: 4 });
    expect([0, 2, 4, 6, 8, 12, 1004].map((step) => schedule(step, 7).lr)).toEqual([1, 2, 3, 2, 1, 3, 3]);
  });
});

it("constant stays", () => {
  expect([0, 5, 99].map((step) => constant(0.3)(step, 100))).toEqual([{ lr: 0.3 }, { lr: 0.3 }, { lr: 0.3 }]);
});

it.each([
  ["lr", () => constant(Number.NaN)],
  ["maxLr", () => oneCycle({ maxLr: 0 })],
  ["pctStart", () => oneCycle({ maxLr: 1, pctStart: 1 })],
  ["div", () => oneCycle({ maxLr: 1, div: -1 })],
  ["divFinal", () => oneCycle({ maxLr: 1, divFinal: 0 })],
  ["momenta", () => oneCycle({ maxLr: 1, momenta: [0.9, 1, 0.9] })],
  ["baseLr", () => cyclical({ baseLr: -1, maxLr: 1, stepSize: 1 })],
  ["maxLr", () => cyclical({ baseLr: 1, maxLr: 0.5, stepSize: 1 })],
  ["stepSize", () => cyclical({ baseLr: 1, maxLr: 2, stepSize: 0 })],
  ["gamma", () => cyclical({ baseLr: 1, maxLr: 2, stepSize: 1, mode: "exp_range", gamma: 1.1 })],
])("a wrong %s is refused at once", (name, make) => {
  let failure: unknown;
  try {
    make();
  } catch (error) {
    failure = error;
  }
  expect(isRegraftError(failure, "invalid-argument") && failure.details.name).toBe(name);
});
