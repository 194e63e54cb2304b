// The range test as a picture: a self-contained SVG, drawn by echarts without a browser. It is loaded on first use,
// as that takes a third of a second.
import type { EChartsOption, LegendComponentOption, SeriesOption } from "echarts";
import { formatRate } from "./format-rate.js";
import { medianCurve } from "./median.js";
import { lossAxis, rateAxis } from "./plot-axes.js";
import { rateMarks, runs } from "./plot-series.js";
import type { Curve } from "./range-test.js";
import type { Suggestion } from "./suggest.js";

const WIDTH = 860;
const HEIGHT = 500;
const INK = "#1f2328";
const MUTED = "#656d76";
const GRID = "#e6e9ec";

/**
 * Draws runs over the same rates, their median and the rates that were read off it. Equal input gives an equal string.
 * Throws "invalid-argument" as `medianCurve` does.
 */
export async function plotRange(curves: readonly Curve[], suggestion: Suggestion): Promise<string> {
  const option = chart(curves, medianCurve(curves), suggestion);
  const { init } = await import("echarts");
  const instance = init(null, null, { renderer: "svg", ssr: true, width: WIDTH, height: HEIGHT });
  try {
    instance.setOption(option);
    return still(instance.renderToSVGString());
  } finally {
    // Without it Node does not exit.
    instance.dispose();
  }
}

/**
 * Without what serves a mouse (classes for hovering, their style sheet, data for a client), and with names for the
 * clip paths that do not count how many charts this process has drawn.
 */
const still = (svg: string): string =>
  svg
    .replaceAll(/ (class|pointer-events|ecmeta_\w+)="[^"]*"/g, "")
    .replace(/<style[\s\S]*<\/style>/, "")
    .replaceAll(/\bzr\d+-/g, "range-");

function chart(curves: readonly Curve[], median: Curve, suggestion: Suggestion): EChartsOption {
  const loss = lossAxis(median);
  const drawn = runs(curves, median);
  const marks = rateMarks(median, suggestion, loss);
  return {
    animation: false,
    backgroundColor: "#ffffff",
    textStyle: { fontFamily: "sans-serif", color: INK },
    title: {
      text: "Learning-rate range test",
      subtext: suggestion.reason,
      left: 24,
      top: 16,
      itemGap: 8,
      textStyle: { fontSize: 18, color: INK },
      subtextStyle: { fontSize: 13, color: MUTED, width: WIDTH - 48, overflow: "break", lineHeight: 18 },
    },
    legend: [
      { ...legend(drawn, 42), itemWidth: 20, itemHeight: 8 },
      { ...legend(marks, 16), itemWidth: 11, itemHeight: 11 },
    ],
    grid: { left: 72, right: 32, top: 104, bottom: 124 },
    xAxis: {
      ...axis("learning rate", 32),
      type: "log",
      ...rateAxis(curves),
      axisLabel: { formatter: formatRate, color: MUTED },
      axisLine: { onZero: false, lineStyle: { color: MUTED } },
    },
    yAxis: { ...axis("loss", 44), type: "value", ...loss, axisLabel: { color: MUTED } },
    series: [...drawn, ...marks],
  };
}

const axis = (name: string, nameGap: number) => ({
  name,
  nameGap,
  nameLocation: "middle" as const,
  nameTextStyle: { color: MUTED, fontSize: 13 },
  splitLine: { lineStyle: { color: GRID } },
});

/** One entry a name: all single runs share theirs. */
const legend = (series: readonly SeriesOption[], bottom: number): LegendComponentOption => ({
  data: [...new Map(series.map(({ name, type }) => [name, type]))].map(([name, type]) =>
    type === "line" ? { name: String(name), icon: "path://M0 0H20V3H0Z" } : { name: String(name) },
  ),
  bottom,
  selectedMode: false,
  itemGap: 28,
  textStyle: { color: INK },
});
