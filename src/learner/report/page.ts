// A training report as one page that needs nothing but itself: no scripts, nothing fetched, light and dark.
import { version } from "../../version.js";
import { type Html, html } from "./html.js";
import type { ReportInput } from "./report-input.js";
import { classTable, confusion } from "./sections/confusion.js";
import { curves } from "./sections/curves.js";
import { topLosses } from "./sections/losses.js";
import { rangeTest } from "./sections/range.js";
import { summary } from "./sections/summary.js";
import { photos, training, usage } from "./sections/training.js";
import { styleSheet } from "./style.js";

type Section = (input: ReportInput) => Html | undefined;

/** What is told of a classifier that gives each photo one label. */
const singleLabel: readonly Section[] = [
  summary,
  topLosses,
  confusion,
  classTable,
  curves,
  rangeTest,
  training,
  photos,
  ({ record, model }) => usage({ exportFolder: record?.model === model ? undefined : model }),
];

/** Equal input gives an equal string. */
export function reportPage(input: ReportInput, sections = singleLabel): string {
  const { classes, accuracy } = input.interpretation;
  const named = classes.length > 4 ? `${classes.length} classes` : classes.join(", ");
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>${named}: ${(100 * accuracy).toFixed(1)} % · training report</title>
<style>${styleSheet}</style>
</head>
<body>
<main>
${sections.map((section) => section(input))}
</main>
<footer>Written by regraft ${version}.</footer>
</body>
</html>
`.markup;
}
