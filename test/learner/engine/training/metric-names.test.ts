import { expect, it } from "vitest";
import { checkMetrics, defaultMetrics } from "../../../../src/learner/engine/training/metric-names.js";
import { refused } from "../../../helpers/refusal.js";

it("checkMetrics knows the metrics of each task, its defaults among them", () => {
  for (const task of ["single-label", "multi-label", "regression"] as const) checkMetrics(defaultMetrics[task], task);
  checkMetrics(["errorRate", "macroF1", "top5"], "single-label");
  checkMetrics(["f1Micro", "accuracyMulti"], "multi-label");
  checkMetrics(["mse", "rmse"], "regression");
});

it.each([
  ["single-label", "f1", "accuracy, errorRate, macroF1, top<k>"],
  ["single-label", "top0", "accuracy, errorRate, macroF1, top<k>"],
  ["multi-label", "accuracy", "f1, f1Micro, mAP, accuracyMulti"],
  ["multi-label", "top2", "f1, f1Micro, mAP, accuracyMulti"],
  ["regression", "mAP", "mae, mse, rmse, r2"],
] as const)("checkMetrics refuses, of %s, %s", (task, name, names) => {
  expect(refused(() => checkMetrics([name], task)).expected).toBe(`names among ${names}`);
  expect(refused(() => checkMetrics("accuracy", task)).expected).toBe("a list of names");
});
