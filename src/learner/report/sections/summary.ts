// The result in one line, and the numbers around it.
import { type Html, html } from "../html.js";
import { counted, duration, enumerated, lossText, percent } from "../numbers.js";
import type { ReportInput } from "../report-input.js";

export function summary({ model, interpretation, record }: ReportInput): Html {
  const { accuracy, loss, photos, classes, confusion, metrics } = interpretation;
  const wrong = photos - confusion.reduce((sum, row, i) => sum + row[i]!, 0);
  const seconds = record?.fits.flatMap(({ epochs }) => epochs).reduce((sum, epoch) => sum + epoch.seconds, 0);
  const others = Object.entries(metrics).filter(([name]) => name !== "accuracy");
  const tiles: [string, string][] = [
    ["accuracy", percent(accuracy)],
    ["loss", lossText(loss)],
    ["validation photos", photos.toLocaleString("en")],
    ...others.map(([name, value]): [string, string] => [name, value.toFixed(4)]),
    ...(record?.photos ? [["training photos", record.photos.train.toLocaleString("en")] as [string, string]] : []),
    ...(seconds ? [["training time", duration(seconds)] as [string, string]] : []),
  ];
  const shown =
    classes.length <= 6 ? enumerated(classes) : `${classes.slice(0, 5).join(", ")} and ${classes.length - 5} more`;
  return html`<header>
<p class="over">Training report · ${record?.model ?? model}</p>
<h1>${verdict(wrong, photos, accuracy)}</h1>
<p>${counted(classes.length, "class", "classes")}: ${shown}.</p>
<dl class="tiles">${tiles.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
</header>`;
}

function verdict(wrong: number, photos: number, accuracy: number): string {
  const of = `of ${counted(photos, "validation photo")}`;
  if (wrong === 0) return `All ${of} are classified correctly`;
  return `${percent(accuracy)} ${of} ${photos === 1 ? "is" : "are"} classified correctly, ${wrong.toLocaleString("en")} ${wrong === 1 ? "is" : "are"} not`;
}
