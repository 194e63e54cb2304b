// Text tables: columns as wide as their content, and fast.ai's lines of training results.
import type { Task } from "../datasets/task.js";
import type { LearnerInfo } from "../learner/border/info.js";
import type { EpochResult } from "../learner/border/report.js";
import { decimal } from "../learner/decimal.js";

/** Rows of cells, two spaces between columns; the last column is never padded. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  }
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Accuracy stands for the metrics of classes. */
const columnsFor = (metrics: readonly string[]): readonly string[] => [
  "epoch",
  "train_loss",
  "valid_loss",
  ...metrics,
  "time",
];

/** fast.ai pads its columns to their names, and narrow ones to eight characters. */
const line = (cells: readonly string[], columns: readonly string[]): string =>
  cells
    .map((cell, i) => cell.padEnd(Math.max(8, columns[i]!.length) + 2))
    .join("")
    .trimEnd();

/** @param metrics what there is a column for. */
export const epochHeader = (metrics: readonly string[]): string => line(columnsFor(metrics), columnsFor(metrics));

export function epochLine(result: EpochResult<Task>, metrics: readonly string[]): string {
  const { epoch, trainLoss, validLoss, accuracy, seconds } = result;
  const values =
    accuracy === undefined ? metrics.map((name) => decimal(result.metrics[name]!, 6)) : [accuracy.toFixed(6)];
  return line([String(epoch), loss(trainLoss), loss(validLoss), ...values, clock(seconds)], columnsFor(metrics));
}

/** What an epoch's line has columns for. */
export const epochMetrics = ({ task, metrics }: Pick<LearnerInfo, "task" | "metrics">): readonly string[] =>
  task === "single-label" ? ["accuracy"] : metrics;

/** Of a training that goes wrong the loss may have any number of digits. */
const loss = (value: number): string => (value < 1000 ? value.toFixed(6) : value.toPrecision(6));

/** 01:23, and 2:01:23 from an hour on. */
export function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const short = `${twoDigits(minutes)}:${twoDigits(rest)}`;
  return hours > 0 ? `${hours}:${short}` : short;
}

const twoDigits = (n: number): string => String(n).padStart(2, "0");

/** Metrics by name, in a line. */
export const metricsText = (metrics: Readonly<Record<string, number>>): string =>
  Object.entries(metrics)
    .map(([name, value]) => `${name} ${decimal(value, 4)}`)
    .join(", ");

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
