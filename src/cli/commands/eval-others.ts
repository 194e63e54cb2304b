// What regraft eval tells of labels and of numbers.

import { decimal } from "../../learner/decimal.js";
import type { PhotoEvaluation } from "../../learner/engine/classifier/photo-evaluation.js";
import type { Output } from "../output.js";
import { metricsText, percent, table } from "../table.js";
import { saySkipped } from "./skipped.js";

type OtherEvaluation = PhotoEvaluation<"multi-label"> | PhotoEvaluation<"regression">;

export function tellOthers(model: string, result: OtherEvaluation, output: Output): 0 {
  const { loss, metrics, photos, skipped } = result;
  output.result(`${metricsText(metrics)}, loss ${decimal(loss, 4)} on ${photos} photos`);
  output.result(table("perLabel" in result ? labelRows(result) : valueRows(result)));
  saySkipped(skipped, output);
  output.json({
    model,
    photos,
    loss,
    metrics,
    ...("perLabel" in result
      ? { labels: result.perLabel.map(({ count, ...scores }) => ({ ...scores, support: count })) }
      : { targets: result.perTarget }),
    skipped: skipped.map(({ image, reason }) => ({ image, reason })),
  });
  return 0;
}

const known = (value: number): string => (Number.isNaN(value) ? "-" : value.toFixed(3));

const labelRows = ({ perLabel }: PhotoEvaluation<"multi-label">) => [
  ["label", "threshold", "precision", "recall", "F1", "AP", "support"],
  ...perLabel.map(({ label, threshold, precision, recall, f1, averagePrecision, count }) => [
    label,
    threshold.toFixed(3),
    percent(precision),
    percent(recall),
    f1.toFixed(3),
    known(averagePrecision),
    String(count),
  ]),
];

const valueRows = ({ perTarget }: PhotoEvaluation<"regression">) => [
  ["value", "MAE", "RMSE", "R2"],
  ...perTarget.map(({ name, mae, rmse, r2 }) => [name, mae.toPrecision(4), rmse.toPrecision(4), known(r2)]),
];
