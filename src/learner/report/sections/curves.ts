// How the training went: losses, scores and the learning rate, as curves and as fast.ai's table.
import type { Task } from "../../../datasets/task.js";
import { formatRate } from "../../../lr-range/format-rate.js";
import type { EpochResult, FitRecord } from "../../border/report.js";
import { type Axis, countingAxis, decadeAxis, linearAxis, type Tick } from "../axis.js";
import { chart, type Line } from "../chart.js";
import { type Html, html } from "../html.js";
import { duration, lossText, metricTitle, percent, valueText } from "../numbers.js";
import type { ReportSource } from "../report-input.js";

export function curves({ record }: ReportSource): Html {
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
${scores(epochs, x)}
${rates(fits)}
${table(epochs)}
</div></section>`;
}

const nothing = (record: ReportSource["record"]): string =>
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

/** What epochs are judged by. */
interface Score {
  readonly title: string;
  readonly of: (epoch: EpochResult<Task>) => number;
  readonly text: (value: number) => string;
  readonly isPercent?: true;
}

/** Accuracy of classes, what was measured of labels, of values R² if that is among it. */
function scoresOf(epochs: readonly EpochResult<Task>[]): Score[] {
  if (epochs[0]!.accuracy !== undefined)
    return [{ title: "accuracy", of: ({ accuracy = Number.NaN }) => accuracy, text: percent, isPercent: true }];
  const measured = metricNames(epochs);
  const areValues = measured.some((name) => valueMetrics.has(name));
  const names = areValues ? [measured.includes("r2") ? "r2" : measured[0]!] : measured.slice(0, looks.length);
  return names.map((name) => ({
    title: metricTitle(name),
    // A number that is none is null in a file.
    of: ({ metrics }) => metrics[name] ?? Number.NaN,
    text: (value) => (name === "r2" || !areValues ? value.toFixed(3) : valueText(value)),
  }));
}

const valueMetrics: ReadonlySet<string> = new Set(["mae", "mse", "rmse", "r2"]);
const looks = ["b", "a", "c"] as const;

function scores(epochs: readonly EpochResult<Task>[], x: Axis): Html | undefined {
  const all = scoresOf(epochs);
  if (all.length === 0) return undefined;
  const values = all.flatMap(({ of }) => epochs.map(of));
  const title = all.length === 1 ? all[0]!.title : "scores";
  const course = all.map(
    ({ title, of, text }) => `${title} from ${text(of(epochs[0]!))} to ${text(of(epochs.at(-1)!))}`,
  );
  const isShare = values.every((value) => !(value < 0 || value > 1));
  return chart({
    title: `${title[0]!.toUpperCase()}${title.slice(1)} on the validation photos`,
    description: `After the first epoch and after the last: ${course.join("; ")}.`,
    x,
    // A first epoch may be worse than any number; what comes after it would be flat.
    y: isShare
      ? shares(title, values, all[0]!)
      : linearAxis(
          title,
          values.filter((value) => value > -1),
        ),
    lines: all.map(({ title, of }, i) => line(title, looks[i]!, epochs, of)),
  });
}

/** At least a tenth of the whole, so that a single photo does not look like much. */
function shares(label: string, values: readonly number[], { isPercent }: Score): Axis {
  const finite = values.filter(Number.isFinite);
  const [low, high] = [Math.min(...finite, 1), Math.max(...finite, 0)];
  const least = Math.max(0, Math.min(low, high - 0.1));
  const { ticks, ...axis } = linearAxis(label, [least, Math.max(high, least + 0.1)]);
  const written = (tick: Tick): Tick => (isPercent ? { ...tick, text: `${Math.round(100 * tick.value)} %` } : tick);
  return { ...axis, ticks: ticks.map(written) };
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

function table(epochs: readonly EpochResult<Task>[]): Html {
  const hasAccuracy = epochs[0]!.accuracy !== undefined;
  const names = metricNames(epochs);
  const heads = ["epoch", "training loss", "validation loss", ...(hasAccuracy ? ["accuracy"] : []), ...names, "time"];
  const row = ({ trainLoss, validLoss, accuracy, metrics, seconds }: EpochResult<Task>): string[] => [
    lossText(trainLoss),
    lossText(validLoss),
    ...(accuracy === undefined ? [] : [percent(accuracy)]),
    ...names.map((name) => metrics[name]?.toFixed(4) ?? "–"),
    duration(seconds),
  ];
  return html`<div class="scroll"><table>
<caption>All epochs</caption>
<thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${epochs.map(
    (epoch) => html`<tr><th scope="row">${epoch.epoch}</th>${row(epoch).map((cell) => html`<td>${cell}</td>`)}</tr>
`,
  )}</tbody></table></div>`;
}

const metricNames = (epochs: readonly EpochResult<Task>[]): string[] =>
  [...new Set(epochs.flatMap(({ metrics }) => Object.keys(metrics ?? {})))].filter((name) => name !== "accuracy");
