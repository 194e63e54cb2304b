// Text tables: columns as wide as their content, and fast.ai's lines of training results.
import type { EpochResult } from "../learner/border/report.js";

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

const columns = ["epoch", "train_loss", "valid_loss", "accuracy", "time"];

/** fast.ai pads its columns to their names, and narrow ones to eight characters. */
const line = (cells: readonly string[]): string =>
  cells
    .map((cell, i) => cell.padEnd(Math.max(8, columns[i]!.length) + 2))
    .join("")
    .trimEnd();

export const epochHeader = line(columns);

export const epochLine = ({ epoch, trainLoss, validLoss, accuracy, seconds }: EpochResult): string =>
  line([String(epoch), loss(trainLoss), loss(validLoss), accuracy.toFixed(6), clock(seconds)]);

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

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
