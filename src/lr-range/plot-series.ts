// What a range test's picture draws: the runs, and the rates that were read off them.
import type { SeriesOption } from "echarts";
import { formatRate } from "./format-rate.js";
import type { AxisRange } from "./plot-axes.js";
import type { Curve } from "./range-test.js";
import type { Rule, Suggestion } from "./suggest.js";

const BATCH = "#656d76";
const RUN = "#9dc1e4";
const MEDIAN = "#0b5cad";
const SUGGESTED = "#cf222e";
const MARKS: Readonly<Record<Rule, { symbol: string; color: string }>> = {
  lesson: { symbol: "circle", color: SUGGESTED },
  valley: { symbol: "triangle", color: "#1a7f37" },
  steep: { symbol: "diamond", color: "#8250df" },
  minimum: { symbol: "rect", color: "#9a6700" },
  slide: { symbol: "path://M0 0H10L5 9Z", color: "#bf3989" },
};

/** Every batch's loss faint, every run thin, their median bold. */
export function runs(curves: readonly Curve[], median: Curve): SeriesOption[] {
  const line = { type: "line", symbol: "none", silent: true } as const;
  const batches: SeriesOption = {
    type: "scatter",
    name: "single batches",
    data: curves.flatMap((run) => points(run.lrs, run.losses)),
    symbolSize: 3.5,
    itemStyle: { color: BATCH, opacity: 0.3 },
    silent: true,
  };
  const average: SeriesOption = {
    ...line,
    name: curves.length > 1 ? `median of ${curves.length} runs` : "smoothed loss",
    data: points(median.lrs, median.smoothed),
    color: MEDIAN,
    lineStyle: { width: 3 },
    z: 4,
  };
  if (curves.length === 1) return [batches, average];
  const single = curves.map((run) => ({
    ...line,
    name: "single runs, smoothed",
    data: points(run.lrs, run.smoothed),
    color: RUN,
    lineStyle: { width: 1.2 },
  }));
  return [batches, ...single, average];
}

/** A dashed line and a dot for the suggestion, a small mark on the median for every other rule. */
export const rateMarks = (median: Curve, suggestion: Suggestion, loss: AxisRange): SeriesOption[] => [
  ...suggestionMark(median, suggestion, loss),
  ...ruleMarks(median, suggestion),
];

function ruleMarks(median: Curve, { rules, rule: chosen }: Suggestion): SeriesOption[] {
  return (Object.keys(MARKS) as Rule[]).flatMap((rule) => {
    const lr = rules[rule];
    if (lr === null || rule === chosen) return [];
    return {
      type: "scatter",
      name: `${rule} ${formatRate(lr)}`,
      data: [[lr, lossAt(median, lr)]],
      symbol: MARKS[rule].symbol,
      symbolSize: 11,
      itemStyle: { color: MARKS[rule].color, borderColor: "#ffffff", borderWidth: 1, opacity: 1 },
      z: 5,
      silent: true,
    };
  });
}

function suggestionMark(median: Curve, { lr, rule }: Suggestion, loss: AxisRange): SeriesOption[] {
  if (lr === null) return [];
  return [
    {
      type: "scatter",
      name: `suggested (${rule}) ${formatRate(lr)}`,
      data: [[lr, lossAt(median, lr)]],
      symbolSize: 14,
      itemStyle: { color: SUGGESTED, borderColor: "#ffffff", borderWidth: 2, opacity: 1 },
      z: 6,
      silent: true,
      markLine: {
        data: [[{ coord: [lr, loss.min] }, { coord: [lr, loss.max] }]],
        symbol: "none",
        silent: true,
        lineStyle: { color: SUGGESTED, width: 1.5, type: "dashed" },
        label: { formatter: `suggested ${formatRate(lr)}`, color: SUGGESTED, fontSize: 13, fontWeight: "bold" },
      },
    },
  ];
}

const points = (x: readonly number[], y: readonly number[]): number[][] => x.map((value, i) => [value, y[i]!]);

/** The median's smoothed loss at any rate: between its neighbours, or at the nearer end. */
function lossAt({ lrs, smoothed }: Curve, lr: number): number {
  const right = lrs.findIndex((value) => value >= lr);
  if (right <= 0) return right === 0 ? smoothed[0]! : (smoothed.at(-1) ?? 0);
  const part = Math.log(lr / lrs[right - 1]!) / Math.log(lrs[right]! / lrs[right - 1]!);
  return smoothed[right - 1]! + part * (smoothed[right]! - smoothed[right - 1]!);
}
