import { describe, expect, it } from "vitest";
import {
  bestThresholds,
  binaryCrossEntropyLoss,
  type LabelOutcome,
  labelConfusion,
  labelMetric,
  labelScores,
  sigmoid,
  thresholdsFor,
} from "../../../../src/learner/engine/training/label-metrics.js";

// Two photos tie on the first label; no photo has the third. The expected numbers are scikit-learn 1.9's.
const outcome: LabelOutcome = {
  logits: Float32Array.of(2, -1, 0.5, 0.5, 3, -2, -1, 0.5, -0.5, 2, -2, -3, -3, 1, 0.25, 0.1, -0.2, -1),
  labels: Float32Array.of(1, 0, 0, 0, 1, 0, 1, 1, 0, 1, 0, 0, 0, 0, 0, 1, 1, 0),
  names: ["a", "b", "c"],
  thresholds: [0.5, 0.5, 0.5],
};
const scores = labelScores(outcome);

/** One label, by its logits and truth. */
const one = (logits: readonly number[], labels: readonly number[]) => ({
  logits: Float32Array.from(logits),
  labels: Float32Array.from(labels),
  names: ["a"],
});
const logit = (p: number): number => Math.log(p / (1 - p));

it("labelConfusion counts every photo once, as scikit-learn's multilabel_confusion_matrix", () => {
  // [[tn, fp], [fn, tp]] there: [[1, 1], [1, 3]], [[2, 1], [1, 2]], [[4, 2], [0, 0]].
  expect(labelConfusion(outcome)).toEqual([
    { label: "a", found: 3, missed: 1, wrong: 1, neither: 1 },
    { label: "b", found: 2, missed: 1, wrong: 1, neither: 2 },
    { label: "c", found: 0, missed: 0, wrong: 2, neither: 4 },
  ]);
});

describe("labelScores", () => {
  it("are scikit-learn's, equal probabilities counted together", () => {
    expect(scores[0]).toMatchObject({ label: "a", count: 4, threshold: 0.5, precision: 0.75, recall: 0.75, f1: 0.75 });
    expect(scores[0]!.averagePrecision).toBeCloseTo(0.8875, 12);
    expect(scores[1]).toMatchObject({ count: 3, precision: 2 / 3, recall: 2 / 3, f1: 2 / 3 });
    expect(scores[1]!.averagePrecision).toBeCloseTo(0.8055555555555556, 12);
  });

  it("of a label that no photo has are 0, its average precision no number", () => {
    expect(scores[2]).toMatchObject({ count: 0, precision: 0, recall: 0, f1: 0, averagePrecision: Number.NaN });
  });

  it("go by thresholds: a probability must be above", () => {
    const at = (threshold: number) => labelScores({ ...one([0, 1], [1, 1]), thresholds: [threshold] })[0]!.recall;
    expect([at(0.5), at(0.49), at(sigmoid(1)), at(0.99)]).toEqual([0.5, 1, 0, 0]);
  });
});

describe("labelMetric", () => {
  it.each([
    ["f1", 0.47222222222222215],
    ["f1Micro", 0.625],
    ["mAP", (0.8875 + 0.8055555555555556) / 2],
    ["accuracyMulti", 2 / 3],
  ] as const)("%s is scikit-learn's, mAP over labels that some photo has", (name, expected) => {
    expect(labelMetric(name, outcome, scores)).toBeCloseTo(expected, 12);
  });
});

describe("bestThresholds", () => {
  it("keeps 0.5 where nothing is better, and for a label that no photo has", () => {
    expect(bestThresholds(one([2, 1, -1, -2], [1, 1, 0, 0]))).toEqual([0.5]);
    expect(bestThresholds(one([2, 1, -1], [0, 0, 0]))).toEqual([0.5]);
  });

  it("lies halfway between two photos, where F1 is highest", () => {
    const logits = [0.4, 0.3, 0.2, 0.1].map(logit);
    expect(bestThresholds(one(logits, [1, 1, 0, 0]))[0]).toBeCloseTo(0.25, 6);
    expect(bestThresholds(one([0.95, 0.85, 0.7].map(logit), [1, 0, 0]))[0]).toBeCloseTo(0.9, 6);
  });

  it("takes the nearest to 0.5 of equally good ones", () => {
    // F1 is 2/3 for the first photo alone, and for all four.
    const logits = [0.8, 0.7, 0.4, 0.3].map(logit);
    expect(bestThresholds(one(logits, [1, 0, 0, 1]))[0]).toBeCloseTo(0.75, 6);
    const low = [0.45, 0.3, 0.2, 0.1].map(logit);
    expect(bestThresholds(one(low, [1, 0, 0, 1]))[0]).toBeCloseTo(0.375, 6);
  });

  it("never does worse than 0.5 on the photos it is drawn from", () => {
    const tuned = bestThresholds(outcome);
    const after = labelScores({ ...outcome, thresholds: tuned });
    for (const [i, { f1 }] of after.entries()) expect(f1).toBeGreaterThanOrEqual(scores[i]!.f1);
    expect(after[0]!.f1).toBeGreaterThan(scores[0]!.f1);
  });
});

describe("thresholdsFor", () => {
  it("are 0.5 unless they were tuned", () => {
    expect(thresholdsFor(["a", "b"], undefined)).toEqual([0.5, 0.5]);
    expect(thresholdsFor(["a", "b"], [0.1, 0.9])).toEqual([0.1, 0.9]);
  });
});

describe("sigmoid", () => {
  it("does not overflow", () => {
    expect([sigmoid(0), sigmoid(1000), sigmoid(-1000)]).toEqual([0.5, 1, 0]);
  });
});

describe("binaryCrossEntropyLoss", () => {
  it("is the mean over all decisions", () => {
    expect(binaryCrossEntropyLoss(outcome)).toBeCloseTo(0.5039613186122467, 7);
  });
});
