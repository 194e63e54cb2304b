// What a model card says of results: the tables of epochs, classes, labels and values.
import type { Task } from "../../datasets/task.js";
import type { EpochResult } from "../border/report.js";
import { decimal } from "../decimal.js";
import type { AnyValidation } from "../engine/training/validation-of.js";
import { percent, plain } from "./markdown.js";

type Cells = readonly (string | number)[];

/** The first column is text, or a number where there is nothing else. */
const table = (heads: readonly string[], rows: readonly Cells[], first: ":" | "" = ""): string =>
  [heads, heads.map((_, i) => (i === 0 && first === "" ? "---" : "---:")), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");

/** One epoch a line; classes have their accuracy, others the metrics that were asked for. */
export function epochTable(epochs: readonly EpochResult<Task>[]): string {
  const names = epochs[0]?.accuracy === undefined ? Object.keys(epochs[0]?.metrics ?? {}) : ["accuracy"];
  const rows = epochs.map(({ epoch, trainLoss, validLoss, accuracy, metrics, seconds }) => [
    epoch,
    trainLoss.toFixed(4),
    validLoss.toFixed(4),
    ...(accuracy === undefined ? names.map((name) => decimal(metrics[name]!, 4)) : [percent(accuracy)]),
    `${seconds.toFixed(2)} s`,
  ]);
  return table(["epoch", "train_loss", "valid_loss", ...names, "time"], rows, ":");
}

/** @param isTuned whether labels have thresholds of their own, which were tuned on these photos. */
export function resultsOf(validation: AnyValidation, isTuned = false): string {
  const { loss } = validation;
  if ("perClass" in validation) {
    const rows = validation.perClass.map(({ label, count, recall, precision, f1 }): Cells => {
      return [plain(label), count, percent(recall), percent(precision), f1.toFixed(3)];
    });
    const heads = ["class", "photos", "recall", "precision", "F1"];
    return `Accuracy ${percent(validation.accuracy)}, loss ${loss.toFixed(4)}.\n\n${table(heads, rows)}`;
  }
  const metrics = Object.entries(validation.metrics).map(([name, value]) => `${name} ${decimal(value, 4)}, `);
  const summary = `${metrics.join("")}loss ${loss.toFixed(4)}`;
  if ("perLabel" in validation) {
    const rows = validation.perLabel.map((score): Cells => {
      const { label, count, threshold, precision, recall, f1, averagePrecision: ap } = score;
      const average = Number.isNaN(ap) ? "–" : ap.toFixed(3);
      return [plain(label), count, threshold.toFixed(3), percent(recall), percent(precision), f1.toFixed(3), average];
    });
    const heads = ["label", "photos", "threshold", "recall", "precision", "F1", "average precision"];
    const tuned = isTuned ? " The thresholds were tuned on these photos, which flatters F1." : "";
    return `${summary}. A photo has a label when its probability is above the label's threshold.${tuned}\n\n${table(heads, rows)}`;
  }
  const rows = validation.perTarget.map(({ name, mae, rmse, r2 }): Cells => {
    return [plain(name), mae.toPrecision(4), rmse.toPrecision(4), Number.isNaN(r2) ? "–" : r2.toFixed(3)];
  });
  const heads = ["value", "mean absolute error", "root mean squared error", "R²"];
  return `${summary} (in standard deviations of the values to train on). Errors are in the values' own units.\n\n${table(heads, rows)}`;
}
