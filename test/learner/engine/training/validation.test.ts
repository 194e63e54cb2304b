import { describe, expect, it } from "vitest";
import { validation } from "../../../../src/learner/engine/training/validation.js";

// Predicted: cat, dog, dog, cat.
const logits = Float32Array.of(2, 1, 0, 3, -1, 0, 1, 1);
const labels = Int32Array.of(0, 1, 0, 0);

describe("validation", () => {
  it("puts loss, accuracy, matrix and scores of the classes together", () => {
    expect(validation({ logits, loss: 0.25 }, labels, ["cat", "dog"], ["accuracy"])).toEqual({
      loss: 0.25,
      accuracy: 0.75,
      metrics: { accuracy: 0.75 },
      confusion: [
        [2, 1],
        [0, 1],
      ],
      perClass: [
        { label: "cat", count: 3, recall: 2 / 3, precision: 1, f1: 4 / 5 },
        { label: "dog", count: 1, recall: 1, precision: 1 / 2, f1: 2 / 3 },
      ],
    });
  });

  it("computes the metrics asked for, by the names and in the order asked", () => {
    const { metrics } = validation({ logits, loss: 1 }, labels, ["cat", "dog"], ["top2", "errorRate", "macroF1"]);
    expect(Object.entries(metrics)).toEqual([
      ["top2", 1],
      ["errorRate", 0.25],
      ["macroF1", (4 / 5 + 2 / 3) / 2],
    ]);
  });

  it("tells the accuracy without being asked", () => {
    expect(validation({ logits, loss: 1 }, labels, ["cat", "dog"], [])).toMatchObject({ accuracy: 0.75, metrics: {} });
  });
});
