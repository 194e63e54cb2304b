import { expect, it } from "vitest";
import { validationOf } from "../../../../src/learner/engine/training/validation-of.js";
import { float32, int32 } from "../../../../src/tensor.js";

const classes = ["a", "b"];
const evaluation = { logits: Float32Array.of(2, 1, -3, -1), loss: 0.5 };
const of = { classes, thresholds: undefined };

it("validationOf is as its task has it", async () => {
  const classified = await validationOf(
    { ...of, task: "single-label", metrics: ["errorRate"] },
    evaluation,
    int32([2], [0, 1]),
  );
  expect(classified).toMatchObject({
    loss: 0.5,
    accuracy: 1,
    metrics: { errorRate: 0 },
    confusion: [
      [1, 0],
      [0, 1],
    ],
  });
  const labels = float32([2, 2], [1, 0, 0, 1]);
  const plain = { ...of, task: "multi-label", metrics: ["accuracyMulti"] } as const;
  expect(await validationOf(plain, evaluation, labels)).toMatchObject({ loss: 0.5, metrics: { accuracyMulti: 0.5 } });
  // 1 / (1 + e) = 0.27
  const tuned = { ...plain, thresholds: [0.5, 0.25] };
  expect(await validationOf(tuned, evaluation, labels)).toMatchObject({ metrics: { accuracyMulti: 0.75 } });
  const measured = await validationOf(
    { ...of, task: "regression", metrics: ["mae"] },
    evaluation,
    float32([2, 2], [1, 1, -3, 0]),
  );
  expect(measured).toMatchObject({ loss: 0.5, metrics: { mae: 0.5 } });
});
