import { describe, expect, it } from "vitest";
import { rateMarks, runs } from "../../src/lr-range/plot-series.js";
import { suggest } from "../../src/lr-range/suggest.js";
import { curveOf, textbook } from "./curves.js";

const curve = curveOf(textbook);
const loss = { min: 0, max: 2.5, interval: 0.5 };

describe("runs", () => {
  it("one is drawn once, several with their median on top", () => {
    expect(runs([curve], curve).map(({ name }) => name)).toEqual(["single batches", "smoothed loss"]);
    const names = ["single batches", "single runs, smoothed", "single runs, smoothed", "median of 2 runs"];
    expect(runs([curve, curve], curve).map(({ name }) => name)).toEqual(names);
  });

  it("carry the rates and the losses", () => {
    const [batches] = runs([curve, curve], curve);
    expect(batches!.data).toHaveLength(200);
    expect((batches!.data as number[][])[99]).toEqual([curve.lrs[99], curve.losses[99]]);
  });
});

describe("rates", () => {
  const suggestion = suggest(curve);
  const marks = rateMarks(curve, suggestion, loss);

  it("the suggestion first, then every other rule", () => {
    const names = marks.map(({ name }) => String(name));
    expect(names[0]).toMatch(/^suggested \(lesson\) 0\.\d+$/);
    expect(names.slice(1).map((name) => name.split(" ")[0])).toEqual(["valley", "steep", "minimum", "slide"]);
  });

  it("lie on the curve, between its points", () => {
    const [x, y] = (marks[0]!.data as number[][])[0]!;
    expect(x).toBe(suggestion.lr);
    expect(y).toBeCloseTo(textbook(Math.log10(x!)), 1);
  });

  it("outside the curve lie at its end's height", () => {
    const rules = { ...suggestion.rules, minimum: 1e-9, slide: 1e9 };
    const heights = rateMarks(curve, { ...suggestion, rules }, loss).slice(3);
    expect(heights.map(({ data }) => (data as number[][])[0])).toEqual([
      [1e-9, curve.smoothed[0]],
      [1e9, curve.smoothed[99]],
    ]);
  });

  it("are none without a suggestion or rules", () => {
    const rules = { lesson: null, valley: null, steep: null, minimum: null, slide: null };
    expect(rateMarks(curve, { ...suggestion, lr: null, rule: null, rules }, loss)).toEqual([]);
  });
});
