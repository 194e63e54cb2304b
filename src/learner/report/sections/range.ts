// The learning-rate range test, and the rate that was read off it.
import { formatRate } from "../../../lr-range/format-rate.js";
import { decadeAxis, linearAxis } from "../axis.js";
import { chart, type Line } from "../chart.js";
import { type Html, html } from "../html.js";
import type { ReportSource } from "../report-input.js";
import type { Smoothed } from "../training-record.js";

export function rangeTest({ record }: ReportSource): Html | undefined {
  const range = record?.range;
  if (!range || range.median.lrs.length === 0) return undefined;
  const { runs, median, suggestion } = range;
  const { lr, reason, warnings } = suggestion;
  const [start, low] = [median.losses[0]!, Math.min(...median.losses)];
  const single: Line[] =
    runs.length < 2 ? [] : runs.map((run) => ({ name: "single runs", look: "faint", points: points(run) }));
  const middle: Line = { name: runs.length < 2 ? "smoothed loss" : "their median", look: "a", points: points(median) };
  return html`<section><h2>Learning-rate range test</h2>
<p>${reason}</p>${warnings.map((warning) => html`<p class="note">${warning}</p>`)}
<div class="charts single">${chart({
    title: "Loss while the learning rate rises",
    description:
      `The loss is ${start.toFixed(2)} at first and ${low.toFixed(2)} at its lowest; ` +
      (lr === null ? "no rate is suggested." : `${formatRate(lr)} is suggested.`),
    x: decadeAxis(
      "learning rate",
      runs.flatMap(({ lrs }) => lrs),
      formatRate,
    ),
    // Beyond the start it diverges, which would flatten the rest.
    y: linearAxis("smoothed loss", [low, start + 0.25 * Math.max(start - low, 0.05 * Math.abs(start))]),
    lines: [...single, middle],
    marks: lr === null ? [] : [{ x: lr, text: `suggested ${formatRate(lr)}` }],
  })}</div></section>`;
}

const points = ({ lrs, losses }: Smoothed): Line["points"] => lrs.map((lr, i) => [lr, losses[i]!]);
