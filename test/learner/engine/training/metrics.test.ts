import { describe, expect, it } from "vitest";
import { isRegraftError } from "../../../../src/errors.js";
import {
  argmax,
  classScores,
  confusionMatrix,
  crossEntropyLoss,
  metric,
  type Outcome,
  softmax,
  topK,
} from "../../../../src/learner/engine/training/metrics.js";

const outcome = (rows: readonly (readonly number[])[], labels: readonly number[]): Outcome => ({
  logits: Float32Array.from(rows.flat()),
  labels: Int32Array.from(labels),
  classes: rows[0]!.length,
});

// True classes 0 0 0 1 1; predicted 0 0 1 1 2; class 2 has no photos.
const five = outcome(
  [
    [3, 2, 1],
    [9, 0, 1],
    [1, 2, 0],
    [-1, 5, 4],
    [0, 1, 2],
  ],
  [0, 0, 0, 1, 1],
);

describe("metric", () => {
  it("computes what hand and pencil do", () => {
    expect(metric("accuracy")(five)).toBe(3 / 5);
    expect(metric("errorRate")(five)).toBeCloseTo(2 / 5, 15);
    expect(metric("top1")(five)).toBe(3 / 5);
    expect(metric("top2")(five)).toBe(1);
    expect(metric("top3")(five)).toBe(1);
    expect(metric("top100")(five)).toBe(1);
    // F1 of the classes: 2·2/(3+2), 2·1/(2+2), and 0 for the class that has no photos but was called once.
    expect(metric("macroF1")(five)).toBeCloseTo((0.8 + 0.5 + 0) / 3, 15);
  });

  it("leaves classes that do not occur out of macroF1", () => {
    // 0 0 0 1 called 0 0 1 1; nobody is of class 2, or called so.
    const rows = [
      [3, 2, 1],
      [9, 0, 1],
      [1, 2, 0],
      [-1, 5, 4],
    ];
    expect(metric("macroF1")(outcome(rows, [0, 0, 0, 1]))).toBeCloseTo((4 / 5 + 2 / 3) / 2, 15);
  });

  it.each(["", "Accuracy", "top", "top0", "top-1", "top1.5", "top5 ", "f1", "constructor", "__proto__"])(
    "refuses %j by naming those there are",
    (name) => {
      try {
        metric(name);
        expect.unreachable();
      } catch (error) {
        if (!isRegraftError(error, "invalid-argument")) throw error;
        expect(error.details).toEqual({
          name: "metrics",
          expected: "names among accuracy, errorRate, macroF1, top<k>",
          received: JSON.stringify(name),
        });
      }
    },
  );
});

describe("topK", () => {
  it("counts the first of equal logits as larger", () => {
    const equal = outcome(Array(4).fill([1, 1, 1, 1]), [0, 1, 2, 3]);
    expect([1, 2, 3, 4].map((k) => topK(equal, k))).toEqual([0.25, 0.5, 0.75, 1]);
  });

  it("lets a logit that is not a number beat nothing", () => {
    const rows = [
      [Number.NaN, 1, 2],
      [Number.NaN, 1, 2],
    ];
    expect([1, 2, 3].map((k) => topK(outcome(rows, [0, 0]), k))).toEqual([0, 0, 1]);
    expect(topK(outcome(rows, [2, 1]), 2)).toBe(0.5);
  });

  it("is not a number for no rows", () => {
    expect(topK({ logits: new Float32Array(), labels: new Int32Array(), classes: 3 }, 1)).toBeNaN();
  });

  it("agrees with the confusion matrix, ties included", () => {
    const rows = [0, 1, 2].flatMap((a) => [0, 1, 2].flatMap((b) => [0, 1, 2].map((c) => [a, b, c])));
    const tied = outcome(
      rows,
      rows.map((_, i) => i % 3),
    );
    const matrix = confusionMatrix(tied);
    const hits = matrix[0]![0]! + matrix[1]![1]! + matrix[2]![2]!;
    expect(topK(tied, 1)).toBe(hits / 27);
  });
});

describe("confusionMatrix", () => {
  it("has a row per true class and a column per predicted one", () => {
    expect(confusionMatrix(five)).toEqual([
      [2, 1, 0],
      [0, 1, 1],
      [0, 0, 0],
    ]);
  });
});

describe("classScores", () => {
  it("scores every class, with 0 where there is nothing to divide by", () => {
    const matrix = [
      [2, 1, 0],
      [0, 1, 0],
      [0, 0, 0],
    ];
    const scores = classScores(matrix, ["cat", "dog", "eel"]);
    expect(scores).toEqual([
      { label: "cat", count: 3, recall: 2 / 3, precision: 1, f1: 4 / 5 },
      { label: "dog", count: 1, recall: 1, precision: 1 / 2, f1: 2 / 3 },
      { label: "eel", count: 0, recall: 0, precision: 0, f1: 0 },
    ]);
  });
});

describe("argmax", () => {
  it("is the first of the largest", () => {
    expect(argmax(Float32Array.of(1, 3, 3, 2))).toBe(1);
    expect(argmax(Float32Array.of(-5))).toBe(0);
    expect(argmax(Float32Array.of(Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY))).toBe(0);
  });
});

describe("softmax", () => {
  const close = (found: Float32Array, expected: readonly number[]): void => {
    expect(found).toHaveLength(expected.length);
    for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 7);
  };

  it("is exp(x) / Σ exp(x)", () => {
    const sum = 1 + Math.E + Math.E ** 2;
    close(softmax(Float32Array.of(0, 1, 2)), [1 / sum, Math.E / sum, Math.E ** 2 / sum]);
  });

  it("depends on differences alone, however large the logits are", () => {
    const differences = [1, 3].map((x) => 1 / (1 + Math.exp(2 * (2 - x))));
    for (const base of [0, 1000, -1000, 2 ** 20]) close(softmax(Float32Array.of(base, base + 2)), differences);
    close(softmax(Float32Array.of(3.4e38, -3.4e38, 0)), [1, 0, 0]);
    close(softmax(Float32Array.of(0, Number.NEGATIVE_INFINITY)), [1, 0]);
  });
});

describe("crossEntropyLoss", () => {
  it("is the mean of -log softmax at the label", () => {
    // Of equal logits log 3; of (ln 2, 0, 0) -log(2/4) and -log(1/4).
    const rows = [
      [7, 7, 7],
      [Math.log(2), 0, 0],
      [Math.log(2), 0, 0],
    ];
    const expected = (Math.log(3) + Math.log(2) + Math.log(4)) / 3;
    expect(crossEntropyLoss(outcome(rows, [1, 0, 2]))).toBeCloseTo(expected, 6);
  });

  it("does not overflow", () => {
    expect(crossEntropyLoss(outcome([[1e30, 0]], [0]))).toBe(0);
    expect(crossEntropyLoss(outcome([[1000, 0]], [1]))).toBe(1000);
    expect(crossEntropyLoss(outcome([[-1000, -1000]], [1]))).toBeCloseTo(Math.LN2, 12);
  });
});
