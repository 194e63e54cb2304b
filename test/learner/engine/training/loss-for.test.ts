import { describe, expect, it } from "vitest";
import type { Photo, PhotoSet } from "../../../../src/datasets/photo-set.js";
import { objectiveFor } from "../../../../src/learner/engine/training/loss-for.js";
import { createOps } from "../../../../src/onnx/builder.js";
import { float32 } from "../../../../src/tensor.js";
import { refusal } from "../../../helpers/refusal.js";
import { compute, input, numbersOf } from "../../../helpers/run-graph.js";

const setOf = (task: PhotoSet["task"], classes: readonly string[], labels: readonly Photo["label"][]): PhotoSet => ({
  ...{ task, classes, skipped: [] },
  // The last one validates.
  photos: labels.map((label, i) => ({ image: "", name: "", label, split: i < labels.length - 1 ? "train" : "valid" })),
});
const tagged = setOf("multi-label", ["a", "b"], [[0], [0, 1], [0], [], [1]]);
const valued = setOf("regression", ["x"], [[1], [3], [100]]);

async function lossOf(
  spec: Parameters<typeof objectiveFor>[0],
  set: PhotoSet,
  logits: readonly number[],
  targets: readonly number[],
) {
  const { loss } = await objectiveFor(spec, set);
  const width = set.classes.length;
  const [x, y] = [input("x", ["n", width]), input("y", ["n", width])];
  const op = createOps();
  const { total, weight } = loss.of(op, x, y);
  const feeds = { x: float32([1, width], logits), y: float32([1, width], targets) };
  return numbersOf((await compute([op.Div(total, weight)], [x, y], feeds))[0]!)[0]!;
}

describe("objectiveFor", () => {
  it("weighs labels by the photos to train on", async () => {
    const ln2 = Math.log(2);
    expect(await lossOf({ name: "bce", posWeights: undefined }, tagged, [0, 0], [1, 1])).toBeCloseTo(ln2, 6);
    // Of four, three have a and one has b.
    const balanced = await lossOf({ name: "bce", posWeights: "balanced" }, tagged, [0, 0], [1, 1]);
    expect(balanced).toBeCloseTo(((1 / 3 + 3) / 2) * ln2, 6);
  });

  it("measures values by the photos to train on", async () => {
    expect((await objectiveFor({ name: "mse" }, valued)).units).toEqual({ means: [2], deviations: [1] });
    expect(await lossOf({ name: "mse" }, valued, [5], [2])).toBe(9);
    expect(await lossOf({ name: "mae" }, valued, [5], [2])).toBe(3);
    expect(await lossOf({ name: "huber", delta: 2 }, valued, [5], [2])).toBe(4);
  });

  it("numbers classes", async () => {
    const set = setOf("single-label", ["a", "b"], [0, 1, 0]);
    const objective = await objectiveFor({ name: "cross-entropy", labelSmoothing: 0, classWeights: "balanced" }, set);
    expect(objective.loss.targets).toEqual({ dtype: "int32" });
    expect(objective.units).toBeUndefined();
  });

  it("refuses a loss of another task", async () => {
    await refusal(
      () => objectiveFor({ name: "mse" }, tagged),
      "invalid-argument",
      "a loss for multi-label data",
      '"mse"',
    );
  });
});
