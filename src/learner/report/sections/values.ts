// What is told of photos with values: the result, what was said against what is true, and the scores of every value.
import { valueMetric } from "../../engine/training/value-metrics.js";
import type { ValueInterpretation } from "../../interpret/interpretation.js";
import { linearAxis } from "../axis.js";
import { chart, type Line } from "../chart.js";
import { type Html, html } from "../html.js";
import { counted, metricTitle, valueText } from "../numbers.js";
import type { ReportInput } from "../report-input.js";
import { header } from "./summary.js";

type Input = ReportInput<"regression">;

const r2Text = (r2: number): string => (Number.isNaN(r2) ? "–" : r2.toFixed(3));
const metricText = (name: string, value: number): string => (name === "r2" ? r2Text(value) : valueText(value));

export function valueSummary({ interpretation, ...source }: Input): Html {
  const { metrics, photos, classes } = interpretation;
  const scores = Object.entries(metrics).map(([name, value]) => [metricTitle(name), metricText(name, value)] as const);
  return header(source, {
    verdict: verdict(interpretation),
    what: counted(classes.length, "value"),
    names: classes,
    scores,
    photos,
  });
}

function verdict({ perTarget, photos }: ValueInterpretation): string {
  const errors = perTarget.map(({ name, mae }) => `${name} by ${valueText(mae)}`);
  const on = `on ${counted(photos, "validation photo")}`;
  if (errors.length === 1) return `${perTarget[0]!.name} is off by ${valueText(perTarget[0]!.mae)} on average ${on}`;
  if (errors.length > 3) return `${counted(errors.length, "value")} are told ${on}`;
  return `Off on average ${on}: ${errors.join(", ")}`;
}

export const valueHeadline = ({ perTarget }: ValueInterpretation): string =>
  `R² ${r2Text(valueMetric("r2", perTarget))}`;

/** More would hide one another, and make the page long. */
const mostDots = 1000;
const mostCharts = 12;

/** Every how manieth is drawn. */
const everyOf = (photos: number): number => Math.ceil(photos / mostDots);

export function valueScatter({ interpretation }: Input): Html {
  const { classes, photos } = interpretation;
  const left = [
    photos > mostDots &&
      `${Math.ceil(photos / everyOf(photos)).toLocaleString("en")} of the ${counted(photos, "photo")} are drawn.`,
    classes.length > mostCharts && `The first ${mostCharts} of ${counted(classes.length, "value")} are drawn.`,
  ];
  return html`<section><h2>Predicted and actual</h2>
<p>Each dot is a photo: the nearer to the line, the nearer the prediction.</p>
${left.map((note) => note && html`<p class="note">${note}</p>`)}
<div class="charts${classes.length === 1 && " single"}">${classes.slice(0, mostCharts).map((_, at) => scatter(interpretation, at))}</div></section>`;
}

function scatter({ actual, predicted, classes, perTarget, photos }: ValueInterpretation, at: number): Html {
  const every = everyOf(photos);
  const points = Array.from({ length: Math.ceil(photos / every) }, (_, i) => {
    const place = i * every * classes.length + at;
    return [actual[place]!, predicted[place]!] as const;
  });
  const axis = linearAxis("actual", points.flat());
  const lines: Line[] = [
    { name: "as it is", look: "faint", points: [[axis.min, axis.min] as const, [axis.max, axis.max] as const] },
    { name: "photos", look: "a", points, only: "dots" },
  ];
  const { name, mae, r2 } = perTarget[at]!;
  return chart({
    title: name,
    description: `Predicted ${name} against the actual one: off by ${valueText(mae)} on average, R² ${r2Text(r2)}.`,
    x: axis,
    y: { ...axis, label: "predicted" },
    lines,
    legend: false,
  });
}

export const valueTable = ({ interpretation }: Input): Html => html`<section><h2>Values</h2>
<p>Errors are in a value's own units. R² is the share of its variance that is explained: 1 is perfect, 0 no better than always saying the mean.</p>
<div class="scroll"><table><caption class="hidden">Scores of each value</caption>
<thead><tr><th scope="col">value</th>${["mae", "rmse", "r2"].map((name) => html`<th scope="col">${metricTitle(name)}</th>`)}</tr></thead>
<tbody>${interpretation.perTarget.map(
  ({ name, mae, rmse, r2 }) =>
    html`<tr><th scope="row">${name}</th><td>${valueText(mae)}</td><td>${valueText(rmse)}</td><td>${r2Text(r2)}</td></tr>
`,
)}</tbody></table></div></section>`;
