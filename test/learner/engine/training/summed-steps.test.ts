import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { epochBatches } from "../../../../src/learner/engine/training/batch-order.js";
import { loopSteps } from "../../../../src/learner/engine/training/loop-steps.js";
import { maskDrawer } from "../../../../src/learner/engine/training/masks.js";
import type { Steps, TrainingState } from "../../../../src/learner/engine/training/steps.js";
import { type SummedParts, summedSteps } from "../../../../src/learner/engine/training/summed-steps.js";
import type { Session } from "../../../../src/runtime/session.js";
import { initialState } from "../../../../src/training-graph/step.js";
import { largestDifference } from "../../../helpers/difference.js";
import { numbersOf } from "../../../helpers/run-graph.js";
import {
  head,
  hiddenHead,
  noMasks,
  optimizer,
  rowsOf,
  start,
  summedParts,
  takeSteps,
  trainerSession,
  watched,
} from "../../../helpers/training.js";
import { watchRuns } from "../../../helpers/watch-runs.js";

let loop: Session;
let hiddenLoop: Session;
let parts: Omit<SummedParts, "rowsPerRun">;
let hiddenParts: Omit<SummedParts, "rowsPerRun">;
beforeAll(async () => {
  [loop, hiddenLoop] = [await trainerSession(), await trainerSession(hiddenHead)];
  [parts, hiddenParts] = [await summedParts(head), await summedParts(hiddenHead)];
});
afterAll(async () => {
  const sessions = [loop, hiddenLoop, ...[parts, hiddenParts].flatMap(({ gradient, update }) => [gradient, update])];
  for (const session of sessions) await session.release();
});

const data = rowsOf(48);
const batches = epochBatches(48, 8, 1, "order", 0);
const steps: Steps = {
  first: 0,
  batches,
  rates: { lr: batches.map((_, i) => 0.1 + 0.05 * i), momentum: batches.map((_, i) => 0.9 - 0.1 * i) },
};
const context = { data, masks: noMasks };

function expectSame(state: TrainingState, expected: TrainingState): void {
  expect(Object.keys(state)).toEqual(Object.keys(expected));
  for (const [name, tensor] of Object.entries(expected))
    expect(largestDifference(numbersOf(state[name]!), numbersOf(tensor)), name).toBeLessThan(1e-6);
}

describe("summedSteps", () => {
  it.each([1, 3, 8, 100])("takes the loop's steps, %d rows a run", async (rowsPerRun) => {
    const [gradient, update] = [watched(parts.gradient), watched(parts.update)];
    const { next, losses } = await takeSteps(
      summedSteps({ ...parts, gradient, update, rowsPerRun }),
      start,
      context,
      steps,
    );
    const whole = await takeSteps(loopSteps(loop), start, context, steps);
    expect(largestDifference(losses, whole.losses)).toBeLessThan(1e-6);
    expectSame(next, whole.next);
    const runs = Math.ceil(8 / rowsPerRun);
    expect([gradient.runs.length, update.runs.length]).toEqual([6 * runs, 6]);
    const rows = gradient.runs.flatMap(({ order }) => numbersOf(order!));
    expect(rows).toEqual(batches.flatMap((batch) => [...batch]));
  });

  it("feeds every part its own rows of the step's dropout", async () => {
    const masks = maskDrawer(hiddenHead.masks, 1, "masks", 0);
    const from = initialState(hiddenHead, optimizer);
    const later = { ...steps, first: 4, batches: batches.slice(4), rates: { lr: [0.1, 0.1], momentum: [0.9, 0.9] } };
    const whole = await takeSteps(loopSteps(hiddenLoop), from, { data, masks }, later);
    const taken = await takeSteps(summedSteps({ ...hiddenParts, rowsPerRun: 8 }), from, { data, masks }, later);
    expect(largestDifference(taken.losses, whole.losses)).toBeLessThan(1e-6);
    expectSame(taken.next, whole.next);

    const gradient = watched(hiddenParts.gradient);
    await takeSteps(summedSteps({ ...hiddenParts, gradient, rowsPerRun: 5 }), from, { data, masks }, later);
    for (const [name, mask] of Object.entries(masks(4, 2, 8))) {
      const fed = gradient.runs.map((feeds) => feeds[name]!);
      const width = mask.shape[2]!;
      expect(fed.map(({ shape }) => shape)).toEqual([5, 3, 5, 3].map((rows) => [rows, width]));
      expect(fed.flatMap(numbersOf)).toEqual([...mask.data]);
    }
  });

  it("multiplies each group's rate by its ratio, or takes one for all", async () => {
    const update = watched(parts.update);
    const begin = summedSteps({ ...parts, update, rowsPerRun: 8 });
    const two = { ...steps, batches: batches.slice(0, 2) };
    const rates = { lr: [0.5, 0.25], momentum: [0.75, 0.5] };
    await takeSteps(begin, start, context, { ...two, rates });
    await takeSteps(begin, start, context, { ...two, rates: { ...rates, ratios: [0.25, 1] } });
    expect(update.runs.map(({ lr }) => numbersOf(lr!))).toEqual([
      ...[
        [0.5, 0.5],
        [0.25, 0.25],
        [0.125, 0.5],
        [0.0625, 0.25],
      ],
    ]);
    expect(update.runs.map(({ momentum }) => numbersOf(momentum!)[0])).toEqual([0.75, 0.5, 0.75, 0.5]);
  });

  it("moves nothing at a rate of 0", async () => {
    const rates = { lr: [1, 1], momentum: [0, 0], ratios: [0, 1] };
    const two = { first: 0, batches: batches.slice(0, 2), rates };
    const { next } = await takeSteps(summedSteps({ ...parts, rowsPerRun: 8 }), start, context, two);
    expect(next["classifier.weight"]!.data).toEqual(start["classifier.weight"]!.data);
    expect(next["classifier.bias"]!.data).not.toEqual(start["classifier.bias"]!.data);
  });

  it("takes all steps also where a loss is not finite: those after it are not either", async () => {
    const update = watched(parts.update);
    const rates = {
      lr: batches.map((_, i) => (i === 1 ? Number.POSITIVE_INFINITY : 0.1)),
      momentum: batches.map(() => 0),
    };
    const begin = summedSteps({ ...parts, update, rowsPerRun: 8 });
    const { losses } = await takeSteps(begin, start, context, { ...steps, rates });
    expect([...losses].map(Number.isFinite)).toEqual([true, true, false, false, false, false]);
    expect(update.runs).toHaveLength(6);
  });

  it("stops between runs, also before the update, with the signal's reason", async () => {
    for (const after of [1, 3]) {
      const controller = new AbortController();
      let gradients = 0;
      const gradient = watchRuns(parts.gradient, () => {
        if (++gradients === after) controller.abort(new Error("enough"));
      });
      const update = watched(parts.update);
      const begin = summedSteps({ ...parts, gradient, update, rowsPerRun: 3 });
      const stopped = takeSteps(begin, start, { ...context, signal: controller.signal }, steps);
      await expect(stopped).rejects.toThrow("enough");
      expect([gradients, update.runs.length]).toEqual([after, 0]);
    }
  });
});
