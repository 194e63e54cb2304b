// What was trained, on which photos, and how it is used.
import type { Task } from "../../../datasets/task.js";
import { formatRate } from "../../../lr-range/format-rate.js";
import type { FitRecord } from "../../border/report.js";
import { type Html, html } from "../html.js";
import { counted } from "../numbers.js";
import type { ReportSource } from "../report-input.js";

/** What is told of photos. */
interface ReadPhotos extends Pick<ReportSource, "record" | "skipped"> {
  readonly interpretation: { readonly photos: number };
}

interface UsedModel extends Pick<ReportSource, "model" | "record"> {
  readonly task: Task;
}

export function training({ record }: ReportSource): Html | undefined {
  if (!record) return undefined;
  return html`<section><h2>What was trained</h2>
${record.fits.map(fit)}
<table class="settings"><caption class="hidden">Settings</caption><tbody>${record.settings.map(
    ({ name, value }) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>
`,
  )}</tbody></table></section>`;
}

function fit({ call, groups, planned, epochs, tracked }: FitRecord): Html {
  const by = tracked && (losses[tracked.monitor] ?? tracked.monitor);
  const why = tracked?.isStopped ? `, as the ${by} got no better` : "";
  const ended = [
    epochs.length < planned && ` It ended after ${counted(epochs.length, "epoch")}${why}.`,
    tracked?.isRestored && ` Its last weights are those of epoch ${tracked.best}, the best by the ${by}.`,
  ];
  if (groups.length === 1)
    return html`<p><code>${short(call)}</code> trained the ${groups[0]!.name} alone, at rates up to ${formatRate(groups[0]!.lr)}.${ended}</p>`;
  return html`<p><code>${short(call)}</code> trained ${counted(groups.length, "layer group")}.${ended}</p>
<table><thead><tr><th scope="col">layer group</th><th scope="col">highest learning rate</th></tr></thead>
<tbody>${groups.map(
    ({ name, lr }) => html`<tr><th scope="row">${name}</th><td>${formatRate(lr)}</td></tr>
`,
  )}</tbody></table>`;
}

/** What a fit's epochs are judged by; metrics go by their names. */
const losses: Readonly<Record<string, string>> = { validLoss: "validation loss", trainLoss: "training loss" };

/** Rates come out of a range test with all their digits. */
const short = (call: string): string => call.replaceAll(/\d\.\d{5,}(e-?\d+)?/g, (rate) => formatRate(Number(rate)));

/** More would make the page long, and say nothing new. */
const mostSkipped = 50;

export function photos({ record, interpretation, skipped }: ReadPhotos): Html {
  const { train, valid } = record?.photos ?? {};
  const rest = skipped.length - mostSkipped;
  return html`<section><h2>Photos</h2>
<p>${train !== undefined && `Trained on ${counted(train, "photo")}, validated on ${counted(valid!, "photo")}. `}This report is on ${counted(interpretation.photos, "photo")}. ${
    skipped.length === 0 ? "All could be read." : `${counted(skipped.length, "photo")} could not be read:`
  }</p>
${
  skipped.length > 0 &&
  html`<div class="scroll"><table class="settings"><thead><tr><th scope="col">skipped</th><th scope="col">why</th></tr></thead>
<tbody>${skipped.slice(0, mostSkipped).map(
    ({ image, reason }) => html`<tr><th scope="row"><code>${image}</code></th><td>${reason}</td></tr>
`,
  )}</tbody></table></div>${rest > 0 && html`<p class="note">And ${`${rest} more`}.</p>`}`
}</section>`;
}

const fields: Readonly<Record<Task, string>> = {
  "single-label": "label, probability",
  "multi-label": "labels, scores",
  regression: "values",
};

/** Of a learner there is no folder yet. */
export function usage({ task, model, record }: UsedModel): Html {
  const folder = record?.model === model ? "my-model" : model;
  return html`<section><h2>How to use the model</h2>
<p>The exported folder holds all that is needed. On the command line:</p>
<pre><code>npx regraft predict ${folder} photo.jpg</code></pre>
<p>In JavaScript:</p>
<pre><code>import { loadClassifier } from "regraft";

const classifier = await loadClassifier(${JSON.stringify(folder)});
const { ${fields[task]} } = await classifier.predict("photo.jpg");</code></pre>
<p>Its README.md says how ${task === "single-label" ? "transformers.js and any ONNX Runtime use" : "any ONNX Runtime uses"} it.</p></section>`;
}
