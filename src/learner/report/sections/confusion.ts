// What is taken for what: the confusion matrix as a heat map, its pairs, and the scores of every class.
import type { ConfusedPair } from "../../interpret/interpretation.js";
import { type Html, html } from "../html.js";
import { counted, percent } from "../numbers.js";
import type { ReportInput } from "../report-input.js";

/** With more, numbers do not fit on a screen: the matrix is a picture then. */
const mostInTable = 20;
const mostPairs = 20;

export const confusion = ({ interpretation }: ReportInput): Html => html`<section><h2>Confusion matrix</h2>
<p>Each row is what photos show, each column what they are taken for: on the diagonal they are taken for what they are. The deeper the colour, the greater the share of its row.</p>
${interpretation.classes.length <= mostInTable ? table(interpretation) : picture(interpretation)}
${confusedPairs(interpretation.mostConfused, { actual: "actual", predicted: "taken for" })}</section>`;

type Interpretation = ReportInput["interpretation"];

function table({ confusion, classes }: Interpretation): Html {
  const isNarrow = classes.length <= 4;
  return html`<div class="scroll"><table class="confusion${isNarrow ? "" : " many"}">
<caption class="hidden">Confusion matrix</caption>
<thead><tr><td></td><th class="over" scope="colgroup" colspan="${classes.length}">predicted</th></tr>
<tr><th class="over" scope="col">actual</th>${classes.map((name) => html`<th scope="col"><span>${name}</span></th>`)}</tr></thead>
<tbody>${confusion.map(
    (row, actual) => html`<tr><th scope="row">${classes[actual]!}</th>${row.map((count, predicted) =>
      cell(count, total(row), actual === predicted),
    )}</tr>
`,
  )}</tbody></table></div>`;
}

function cell(count: number, of: number, isHit: boolean): Html {
  if (count === 0) return html`<td class="zero">0</td>`;
  return html`<td class="${isHit ? "hit" : "miss"}" style="--share:${shade(count / of)}">${count}</td>`;
}

/** One photo in a hundred shows as well. */
const shade = (share: number): string => (0.15 + 0.85 * Math.sqrt(share)).toFixed(2);

const total = (row: readonly number[]): number => row.reduce((sum, count) => sum + count, 0);

function picture({ confusion, classes, photos }: Interpretation): Html {
  const n = classes.length;
  const cells = confusion.flatMap((row, actual) =>
    row.flatMap((count, predicted) =>
      count === 0
        ? []
        : html`<rect class="${actual === predicted ? "hit" : "miss"}" style="--share:${shade(count / total(row))}" x="${predicted}" y="${actual}" width="1" height="1"><title>${classes[actual]!} taken for ${classes[predicted]!}: ${count}</title></rect>`,
    ),
  );
  return html`<figure class="grid"><svg viewBox="0 0 ${n} ${n}" role="img" aria-label="Confusion matrix of ${n} classes and ${photos} photos">${cells}</svg>
<figcaption>Rows and columns are in the order of the table of classes.</figcaption></figure>`;
}

/** The pairs as a table with these heads. */
export function confusedPairs(
  mostConfused: readonly ConfusedPair[],
  heads: { readonly actual: string; readonly predicted: string },
): Html {
  if (mostConfused.length === 0) return html`<p>Nothing is taken for anything else.</p>`;
  const shown = mostConfused.slice(0, mostPairs);
  const rest = mostConfused.length - shown.length;
  return html`<h3>Most confused</h3>
<table class="pairs"><thead><tr><th scope="col">${heads.actual}</th><th scope="col">${heads.predicted}</th><th scope="col">photos</th></tr></thead>
<tbody>${shown.map(
    ({ actual, predicted, count }) => html`<tr><th scope="row">${actual}</th><td>${predicted}</td><td>${count}</td></tr>
`,
  )}</tbody></table>
${rest > 0 && html`<p class="note">And ${counted(rest, "more pair")}.</p>`}`;
}

export const classTable = ({ interpretation }: ReportInput): Html => html`<section><h2>Classes</h2>
<p>Recall is the share of a class's photos that were found; precision the share of photos called this class that are of it; F1 their harmonic mean.</p>
<div class="scroll"><table><caption class="hidden">Scores of each class</caption>
<thead><tr><th scope="col">class</th><th scope="col">photos</th><th scope="col">recall</th><th scope="col">precision</th><th scope="col">F1</th></tr></thead>
<tbody>${interpretation.perClass.map(
  ({ label, count, recall, precision, f1 }) =>
    html`<tr><th scope="row">${label}</th><td>${count}</td><td>${percent(recall)}</td><td>${percent(precision)}</td><td>${f1.toFixed(3)}</td></tr>
`,
)}</tbody></table></div></section>`;
