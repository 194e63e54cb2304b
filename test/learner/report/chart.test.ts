import { describe, expect, it } from "vitest";
import { chart } from "../../../src/learner/report/chart.js";

const axis = (min: number, max: number) => ({ label: "n", min, max, ticks: [{ value: min, text: `t${min}` }] });
const drawn = (points: readonly [number, number][], more = {}) =>
  chart({
    ...{ title: "A <title>", description: 'it "falls"', x: axis(0, 10), y: axis(0, 1), ...more },
    lines: [{ name: "one", look: "a", points }],
  }).markup;
const pathIn = (markup: string) => /class="line a" d="([^"]*)"\/>/.exec(markup)![1];

describe("chart", () => {
  it("draws lines from corner to corner of the plot", () => {
    expect(
      pathIn(
        drawn([
          [0, 0],
          [5, 0.5],
          [10, 1],
        ]),
      ),
    ).toBe("M76 228L272 120L468 12");
  });

  it("ends lines at the edge that they leave, and interrupts them where there is no number", () => {
    expect(
      pathIn(
        drawn([
          [0, 0],
          [5, 3],
          [10, 9],
        ]),
      ),
    ).toBe("M76 228L272 12M468 12");
    expect(
      pathIn(
        drawn([
          [0, 0],
          [5, Number.NaN],
          [10, 1],
        ]),
      ),
    ).toBe("M76 228M468 12");
  });

  it("leaves points alone, and the legend out, where it is told to", () => {
    const lines = [
      {
        name: "photos",
        look: "a" as const,
        points: [[5, 0.5] as const, [9, Number.NaN] as const],
        only: "dots" as const,
      },
      { name: "rightly", look: "faint" as const, points: [[0, 0] as const, [10, 1] as const] },
    ];
    const { markup } = chart({ title: "t", description: "d", x: axis(0, 10), y: axis(0, 1), lines, legend: false });
    expect(markup.match(/<circle[^>]*>/g)).toEqual(['<circle class="dot a" cx="272" cy="120" r="3"/>']);
    expect(markup.match(/<path class="line[^>]*>/g)).toEqual(['<path class="line faint" d="M76 228L468 12"/>']);
    expect(markup).not.toContain("legend");
  });

  it("is logarithmic where the axis is", () => {
    const x = { ...axis(1e-4, 1), log: true };
    expect(pathIn(drawn([[1e-2, 0]], { x }))).toBe("M272 228");
  });

  it("tells what there is to see, all words escaped", () => {
    const markup = drawn([[0, 0]], { marks: [{ x: 9, text: "<here>" }] });
    expect(markup).toContain('aria-label="it &quot;falls&quot;"');
    expect(markup).toContain("A &lt;title&gt;");
    // Where there is no room to its right it stands on its left.
    expect(markup).toMatch(/x="422.8" y="24" text-anchor="end">&lt;here&gt;</);
    expect(markup).not.toContain("legend");
  });
});
