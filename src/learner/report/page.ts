// A training report as one page that needs nothing but itself: no scripts, nothing fetched, light and dark.
import type { Task } from "../../datasets/task.js";
import { version } from "../../version.js";
import { type Html, html } from "./html.js";
import type { ReportInput } from "./report-input.js";
import { classTable, confusion } from "./sections/confusion.js";
import { curves } from "./sections/curves.js";
import { labelConfusion, labelHeadline, labelSummary, labelTable } from "./sections/labels.js";
import { labelLosses, topLosses, valueLosses } from "./sections/losses.js";
import { rangeTest } from "./sections/range.js";
import { classHeadline, summary } from "./sections/summary.js";
import { photos, training, usage } from "./sections/training.js";
import { valueHeadline, valueScatter, valueSummary, valueTable } from "./sections/values.js";
import { styleSheet } from "./style.js";

type Section<T extends Task> = (input: ReportInput<T>) => Html | undefined;

interface Told<T extends Task> {
  /** The result in a few words: the page's title. */
  readonly headline: (interpretation: ReportInput<T>["interpretation"]) => string;
  readonly results: readonly Section<T>[];
}

const told: { readonly [T in Task]: Told<T> } = {
  "single-label": { headline: classHeadline, results: [summary, topLosses, confusion, classTable] },
  "multi-label": { headline: labelHeadline, results: [labelSummary, labelLosses, labelTable, labelConfusion] },
  regression: { headline: valueHeadline, results: [valueSummary, valueScatter, valueTable, valueLosses] },
};

/** Equal input gives an equal string. */
export function reportPage<T extends Task>(input: ReportInput<T>): string {
  const { headline, results }: Told<T> = told[input.task];
  const { classes } = input.interpretation;
  const named = classes.length > 4 ? `${classes.length} ${nouns[input.task]}` : classes.join(", ");
  const course: readonly Section<T>[] = [curves, rangeTest, training, photos, usage];
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>${named}: ${headline(input.interpretation)} · training report</title>
<style>${styleSheet}</style>
</head>
<body>
<main>
${[...results, ...course].map((section) => section(input))}
</main>
<footer>Written by regraft ${version}.</footer>
</body>
</html>
`.markup;
}

const nouns: Readonly<Record<Task, string>> = {
  "single-label": "classes",
  "multi-label": "labels",
  regression: "values",
};
