// The result in one line, and the numbers around it.
import type { Interpretation } from "../../interpret/interpretation.js";
import { type Html, html } from "../html.js";
import { counted, duration, enumerated, lossText, metricTitle, percent } from "../numbers.js";
import type { ReportInput, ReportSource } from "../report-input.js";

export interface Verdict {
  /** A sentence. */
  readonly verdict: string;
  /** What is told apart, such as "2 classes". */
  readonly what: string;
  readonly names: readonly string[];
  /** The numbers that matter most, by their titles. */
  readonly scores: readonly Tile[];
  readonly photos: number;
}

export type Tile = readonly [title: string, value: string];

export function header({ model, record }: ReportSource, { verdict, what, names, scores, photos }: Verdict): Html {
  const seconds = record?.fits.flatMap(({ epochs }) => epochs).reduce((sum, epoch) => sum + epoch.seconds, 0);
  const tiles: Tile[] = [
    ...scores,
    ["validation photos", photos.toLocaleString("en")],
    ...(record?.photos ? [["training photos", record.photos.train.toLocaleString("en")] as const] : []),
    ...(seconds ? [["training time", duration(seconds)] as const] : []),
  ];
  const shown = names.length <= 6 ? enumerated(names) : `${names.slice(0, 5).join(", ")} and ${names.length - 5} more`;
  return html`<header>
<p class="over">Training report · ${record?.model ?? model}</p>
<h1>${verdict}</h1>
<p>${what}: ${shown}.</p>
<dl class="tiles">${tiles.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
</header>`;
}

/** Of metrics that are between 0 and 1, or as near as makes no difference. */
export const scoreTiles = (metrics: Readonly<Record<string, number>>): Tile[] =>
  Object.entries(metrics).map(([name, value]) => [metricTitle(name), value.toFixed(4)]);

export function summary({ interpretation, ...source }: ReportInput): Html {
  const { accuracy, loss, photos, classes, confusion, metrics } = interpretation;
  const wrong = photos - confusion.reduce((sum, row, i) => sum + row[i]!, 0);
  const { accuracy: _, ...others } = metrics;
  return header(source, {
    verdict: verdict(wrong, photos, accuracy),
    what: counted(classes.length, "class", "classes"),
    names: classes,
    scores: [["accuracy", percent(accuracy)], ["loss", lossText(loss)], ...scoreTiles(others)],
    photos,
  });
}

function verdict(wrong: number, photos: number, accuracy: number): string {
  const of = `of ${counted(photos, "validation photo")}`;
  if (wrong === 0) return `All ${of} are classified correctly`;
  return `${percent(accuracy)} ${of} ${photos === 1 ? "is" : "are"} classified correctly, ${wrong.toLocaleString("en")} ${wrong === 1 ? "is" : "are"} not`;
}

export const classHeadline = ({ accuracy }: Interpretation): string => percent(accuracy);
