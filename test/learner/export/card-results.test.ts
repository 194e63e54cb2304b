import { describe, expect, it } from "vitest";
import { epochTable, resultsOf } from "../../../src/learner/export/card-results.js";

const epoch = { epoch: 0, trainLoss: 0.5, validLoss: 0.25, seconds: 1.5 };

describe("epochTable", () => {
  it("has the accuracy of classes, and the metrics of others", () => {
    expect(epochTable([{ ...epoch, accuracy: 0.75, metrics: { top2: 1 } }]).split("\n")).toEqual([
      "| epoch | train_loss | valid_loss | accuracy | time |",
      "| ---: | ---: | ---: | ---: | ---: |",
      "| 0 | 0.5000 | 0.2500 | 75.0 % | 1.50 s |",
    ]);
    const lines = epochTable([{ ...epoch, metrics: { mae: 12.5, r2: 0.9 } }]).split("\n");
    expect(lines[0]).toBe("| epoch | train_loss | valid_loss | mae | r2 | time |");
    expect(lines[2]).toBe("| 0 | 0.5000 | 0.2500 | 12.5000 | 0.9000 | 1.50 s |");
  });
});

describe("resultsOf", () => {
  it("has a line for each label, with its threshold", () => {
    const score = { label: "a|b", count: 3, threshold: 0.25, precision: 0.5, recall: 1, f1: 2 / 3 };
    const perLabel = [
      { ...score, averagePrecision: 0.9 },
      { ...score, label: "none", averagePrecision: Number.NaN },
    ];
    const text = resultsOf({ loss: 0.125, metrics: { f1: 2 / 3 }, perLabel });
    expect(text).toMatch(/^f1 0\.6667, loss 0\.1250\. /);
    expect(text).toContain("| a\\|b | 3 | 0.250 | 100.0 % | 50.0 % | 0.667 | 0.900 |\n");
    expect(text).toContain("| none | 3 | 0.250 | 100.0 % | 50.0 % | 0.667 | – |");
    expect(text).not.toContain("tuned");
    expect(resultsOf({ loss: 0.125, metrics: { f1: 2 / 3 }, perLabel }, true)).toContain("tuned on these photos");
  });

  it("has a line for each value, in its own units", () => {
    const perTarget = [{ name: "age", mae: 2.25, mse: 9, rmse: 3, r2: 0.875 }];
    const text = resultsOf({ loss: 0.125, metrics: { mae: 2.25 }, perTarget });
    expect(text).toMatch(/^mae 2\.2500, loss 0\.1250 \(in standard deviations/);
    expect(text).toContain("| age | 2.250 | 3.000 | 0.875 |");
  });
});
