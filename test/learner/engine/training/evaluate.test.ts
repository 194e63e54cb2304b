import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { memorySource } from "../../../../src/learner/engine/features/feature-source.js";
import { evaluate } from "../../../../src/learner/engine/training/evaluate.js";
import type { Session } from "../../../../src/runtime/session.js";
import { float32 } from "../../../../src/tensor.js";
import { relativeDifference } from "../../../helpers/difference.js";
import { evaluatorSession, rowsOf, watched } from "../../../helpers/training.js";

let real: Session;
beforeAll(async () => {
  real = await evaluatorSession();
});
afterAll(() => real.release());

const classes = 3;
const rowsPerRun = 1024;
const parameters = {
  "classifier.weight": float32([3, 4], [2, 0, -1, 0.5, 0, 1, 0, -0.5, -2, 0.25, 3, 0]),
  "classifier.bias": float32([3], [0.1, -0.2, 0.3]),
};

describe("evaluate", () => {
  it("gives in several runs what one gives", async () => {
    const data = rowsOf(2500);
    const session = watched(real);
    const { logits, loss } = await evaluate(memorySource(data), { session, parameters, classes, rowsPerRun });
    expect(session.runs.map(({ features }) => features!.shape)).toEqual([
      [1024, 4],
      [1024, 4],
      [452, 4],
    ]);
    const whole = await real.run({ features: data.features, labels: data.labels, ...parameters });
    expect(logits).toEqual(whole.logits!.data);
    const [total, weight] = [whole.total!, whole.weight!].map(({ data }) => (data as Float32Array)[0]!);
    expect(weight).toBe(2500);
    expect(loss / (total! / weight!)).toBeCloseTo(1, 6);
  });

  it("is the mean cross-entropy of its logits", async () => {
    const data = rowsOf(10);
    const { logits, loss } = await evaluate(memorySource(data), { session: real, parameters, classes, rowsPerRun });
    const losses = [...data.labels.data].map((label, row) => {
      const scores = [...logits.subarray(3 * row, 3 * row + 3)];
      return Math.log(scores.reduce((sum, x) => sum + Math.exp(x), 0)) - scores[label]!;
    });
    expect(relativeDifference([loss], [losses.reduce((sum, x) => sum + x, 0) / 10])).toBeLessThan(1e-6);
  });

  it("stops between runs with the signal's reason", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const session: Session = {
      ...real,
      run: (feeds) => {
        controller.abort(new Error("enough"));
        return real.run(feeds);
      },
    };
    const call = evaluate(memorySource(rowsOf(1025)), { session, parameters, classes, rowsPerRun, signal });
    await expect(call).rejects.toThrow("enough");
  });

  it("has no loss on no rows", async () => {
    const { logits, loss } = await evaluate(memorySource(rowsOf(0)), {
      session: real,
      parameters,
      classes,
      rowsPerRun,
    });
    expect(logits).toEqual(new Float32Array(0));
    expect(loss).toBeNaN();
  });
});
