// How the training went: losses, accuracy and the learning rate, as curves and as fast.ai's table.
import type { Task } from "../../../datasets/task.js";
import { formatRate } from "../../../lr-range/format-rate.js";
import type { EpochResult, FitRecord } from "../../border/report.js";
import { type Axis, countingAxis, decadeAxis, linearAxis } from "../axis.js";
import { chart, type Line } from "../chart.js";
import { type Html, html } from "../html.js";
import { duration, lossText, percent } from "../numbers.js";
import type { ReportInput } from "../report-input.js";

export function curves({ record }: ReportInput): Html {
  const fits = record?.fits.filter(({ epochs }) => epochs.length > 0) ?? [];
  const epochs = fits.flatMap((fit) => fit.epochs);
  if (epochs.length === 0) return html`<section><h2>Learning curves</h2><p>${nothing(record)}</p></section>`;
  const [first, last] = [epochs[0]!, epochs.at(-1)!];
  const x = countingAxis("epoch", first.epoch, last.epoch);
  return html`<section><h2>Learning curves</h2>
<div class="charts">
${chart({
  title: "Loss",
  description:
    `Loss over ${epochs.length} epochs: in training from ${lossText(first.trainLoss)} to ${lossText(last.trainLoss)}, ` +
    `on the validation photos from ${lossText(first.validLoss)} to ${lossText(last.validLoss)}.`,
  x,
  y: linearAxis(
    "loss",
    epochs.flatMap(({ trainLoss, validLoss }) => [trainLoss, validLoss]),
    { least: 0 },
  ),
  lines: [line("training", "a", epochs, (e) => e.trainLoss), line("validation", "b", epochs, (e) => e.validLoss)],
})}
${chart({
  title: "Accuracy on the validation photos",
  description: `Accuracy from ${percent(accuracyOf(first))} after the first epoch to ${percent(accuracyOf(last))} after the last.`,
  x,
  y: shares(epochs.map(accuracyOf)),
  lines: [line("accuracy", "b", epochs, accuracyOf)],
})}
${rates(fits)}
${table(epochs)}
</div></section>`;
}

/** Of classes every epoch has one. */
const accuracyOf = ({ accuracy = Number.NaN }: EpochResult<Task>): number => accuracy;

const nothing = (record: ReportInput["record"]): string =>
  record
    ? "Nothing has been trained yet."
    : "There is no record of the training, training.json, beside the model: this report cannot tell how it went.";

function line(
  name: string,
  look: Line["look"],
  epochs: readonly EpochResult<Task>[],
  value: (epoch: EpochResult<Task>) => number,
): Line {
  return { name, look, dots: epochs.length <= 20, points: epochs.map((epoch) => [epoch.epoch, value(epoch)]) };
}

/** In percent; at least a tenth of the whole, so that a single photo does not look like much. */
function shares(values: readonly number[]): Axis {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const least = Math.max(0, Math.min(low, high - 0.1));
  const { ticks, ...axis } = linearAxis("accuracy", [least, Math.max(high, least + 0.1)]);
  const texts = ticks.map(({ value }) => ({ value, text: `${Math.round(100 * value)} %` }));
  return { ...axis, ticks: texts };
}

/** The head's rate over all epochs. Fits whose rates are far apart need a logarithmic axis. */
function rates(fits: readonly FitRecord[]): Html | undefined {
  let start = 0;
  const lines = fits.flatMap(({ lrs = [], planned, epochs }, i): Line[] => {
    const from = start;
    start += epochs.length;
    const kept = lrs.slice(0, Math.ceil((lrs.length * epochs.length) / planned));
    const points = kept.map((lr, step) => [from + (epochs.length * step) / Math.max(1, kept.length - 1), lr] as const);
    return points.length === 0 ? [] : [{ name: `fit ${i + 1}`, look: (["a", "b", "c"] as const)[i % 3]!, points }];
  });
  if (lines.length === 0) return undefined;
  const highest = lines.map(({ points }) => Math.max(...points.map(([, lr]) => lr)));
  const [least, most] = [Math.min(...highest), Math.max(...highest)];
  const isWide = most > 5 * least;
  return chart({
    title: "Learning rate of the head",
    description: `The learning rate rises to ${highest.map(formatRate).join(", then to ")}.`,
    x: countingAxis("epochs trained", 0, start),
    y: isWide
      ? decadeAxis("learning rate", [least / 50, most], formatRate)
      : linearAxis("learning rate", highest, { least: 0 }),
    lines,
  });
}

const table = (epochs: readonly EpochResult<Task>[]): Html => html`<div class="scroll"><table>
<caption>All epochs</caption>
<thead><tr><th scope="col">epoch</th><th scope="col">training loss</th><th scope="col">validation loss</th><th scope="col">accuracy</th>${metricNames(
  epochs,
).map((name) => html`<th scope="col">${name}</th>`)}<th scope="col">time</th></tr></thead>
<tbody>${epochs.map(
  (
    e,
  ) => html`<tr><th scope="row">${e.epoch}</th><td>${lossText(e.trainLoss)}</td><td>${lossText(e.validLoss)}</td><td>${percent(
    accuracyOf(e),
  )}</td>${metricNames(epochs).map((name) => html`<td>${e.metrics[name]?.toFixed(4) ?? "–"}</td>`)}<td>${duration(e.seconds)}</td></tr>
`,
)}</tbody></table></div>`;

const metricNames = (epochs: readonly EpochResult<Task>[]): string[] =>
  [...new Set(epochs.flatMap(({ metrics }) => Object.keys(metrics ?? {})))].filter((name) => name !== "accuracy");
