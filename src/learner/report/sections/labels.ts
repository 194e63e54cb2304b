// What is told of photos with any number of labels: the result, the scores of every label, and which stand for which.
import type { LabelInterpretation } from "../../interpret/interpretation.js";
import { type Html, html } from "../html.js";
import { counted, lossText, percent } from "../numbers.js";
import type { ReportInput } from "../report-input.js";
import { confusedPairs } from "./confusion.js";
import { header, scoreTiles } from "./summary.js";

type Input = ReportInput<"multi-label">;

export function labelSummary({ interpretation, ...source }: Input): Html {
  const { loss, metrics, photos, classes } = interpretation;
  return header(source, {
    verdict: verdict(interpretation),
    what: counted(classes.length, "label"),
    names: classes,
    scores: [...scoreTiles(metrics), ["loss", lossText(loss)]],
    photos,
  });
}

function verdict({ confusion, photos }: LabelInterpretation): string {
  const sum = (of: "found" | "missed" | "wrong"): number => confusion.reduce((total, label) => total + label[of], 0);
  const [found, missed, wrong] = [sum("found"), sum("missed"), sum("wrong")];
  const there = counted(found + missed, "label");
  const what = missed === 0 ? `All ${there}` : `${found.toLocaleString("en")} of ${there}`;
  const more = wrong === 0 ? "none is" : `${wrong.toLocaleString("en")} more ${wrong === 1 ? "is" : "are"}`;
  return `${what} on ${counted(photos, "validation photo")} are found, ${more} said wrongly`;
}

export function labelHeadline({ confusion }: LabelInterpretation): string {
  const found = confusion.reduce((sum, label) => sum + label.found, 0);
  const there = confusion.reduce((sum, label) => sum + label.found + label.missed, 0);
  return `${found} of ${counted(there, "label")} found`;
}

export const labelTable = ({ interpretation }: Input): Html => html`<section><h2>Labels</h2>
<p>A photo is said to have a label when its probability is above the label's threshold. Recall is the share of photos with a label that were found; precision the share of photos said to have it that do; F1 their harmonic mean; average precision sums precision up over all thresholds, whatever the chosen one.</p>
<div class="scroll"><table><caption class="hidden">Scores of each label</caption>
<thead><tr><th scope="col">label</th>${[
  "photos",
  "threshold",
  "found",
  "missed",
  "wrong",
  "recall",
  "precision",
  "F1",
  "average precision",
].map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${interpretation.perLabel.map(({ label, count, threshold, recall, precision, f1, averagePrecision }, i) => {
  const { found, missed, wrong } = interpretation.confusion[i]!;
  const average = Number.isNaN(averagePrecision) ? "–" : averagePrecision.toFixed(3);
  return html`<tr><th scope="row">${label}</th><td>${count}</td><td>${threshold.toFixed(3)}</td><td>${found}</td><td>${missed}</td><td>${wrong}</td><td>${percent(recall)}</td><td>${percent(precision)}</td><td>${f1.toFixed(3)}</td><td>${average}</td></tr>
`;
})}</tbody></table></div></section>`;

export const labelConfusion = ({ interpretation }: Input): Html => html`<section><h2>Taken for one another</h2>
<p>Photos on which one label was missed and another, which is not there, was said.</p>
${confusedPairs(interpretation.mostConfused, { actual: "missed", predicted: "said wrongly" })}</section>`;
