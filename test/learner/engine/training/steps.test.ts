import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Head } from "../../../../src/heads/head.js";
import { epochBatches } from "../../../../src/learner/engine/training/batch-order.js";
import { maskDrawer } from "../../../../src/learner/engine/training/masks.js";
import {
  loopSteps,
  type Steps,
  type SummedParts,
  summedSteps,
  type TrainingState,
} from "../../../../src/learner/engine/training/steps.js";
import type { Session } from "../../../../src/runtime/session.js";
import { crossEntropy } from "../../../../src/training-graph/loss.js";
import { gradientGraph, updateGraph } from "../../../../src/training-graph/micro-batches.js";
import { initialState } from "../../../../src/training-graph/step.js";
import { largestDifference } from "../../../helpers/difference.js";
import { numbersOf, sessionOf } from "../../../helpers/run-graph.js";
import {
  head,
  hiddenHead,
  noMasks,
  optimizer,
  rowsOf,
  start,
  task,
  trainerSession,
  watched,
} from "../../../helpers/training.js";

const sessions: Session[] = [];
const kept = async (session: Promise<Session>): Promise<Session> => {
  sessions.push(await session);
  return session;
};
afterAll(() => Promise.all(sessions.map((session) => session.release())));

/** Weight and bias have rates of their own. */
async function summedParts(of: Head): Promise<Omit<SummedParts, "rowsPerRun">> {
  const loss = crossEntropy({ classes: task.classes, labelSmoothing: 0, classWeights: undefined });
  const { model, zeros } = gradientGraph({ head: of, loss, features: task.features });
  const groupOf = (name: string): number => (name === "classifier.bias" ? 1 : 0);
  const update = updateGraph({ head: of, optimizer, clipNorm: undefined, sums: zeros, groups: 2, groupOf });
  return {
    gradient: await kept(sessionOf(model.graph)),
    update: await kept(sessionOf(update.graph)),
    zeros,
    groups: 2,
  };
}

let loop: Session;
let hiddenLoop: Session;
let parts: Omit<SummedParts, "rowsPerRun">;
let hiddenParts: Omit<SummedParts, "rowsPerRun">;
beforeAll(async () => {
  loop = await kept(trainerSession());
  hiddenLoop = await kept(trainerSession(hiddenHead));
  parts = await summedParts(head);
  hiddenParts = await summedParts(hiddenHead);
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

describe("loopSteps", () => {
  it("takes all steps in one run", async () => {
    const session = watched(loop);
    const { losses, next } = await loopSteps(session)(start, context, steps);
    expect(session.runs.map(({ order }) => order!.shape)).toEqual([[6, 8]]);
    expect(losses).toHaveLength(6);
    expect(losses[0]).toBeCloseTo(Math.log(3), 6);
    expect(Object.keys(next)).toEqual(Object.keys(start));
  });

  it("reports losses that are not finite instead of throwing", async () => {
    const rates = { lr: [Number.POSITIVE_INFINITY, 1], momentum: [0, 0] };
    const { losses } = await loopSteps(loop)(start, context, { ...steps, batches: batches.slice(0, 2), rates });
    expect([...losses].map(Number.isFinite)).toEqual([true, false]);
  });
});

describe("summedSteps", () => {
  it.each([1, 3, 8, 100])("takes the loop's steps, %d rows a run", async (rowsPerRun) => {
    const [gradient, update] = [watched(parts.gradient), watched(parts.update)];
    const { next, losses } = await summedSteps({ ...parts, gradient, update, rowsPerRun })(start, context, steps);
    const whole = await loopSteps(loop)(start, context, steps);
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
    const whole = await loopSteps(hiddenLoop)(from, { data, masks }, later);
    const taken = await summedSteps({ ...hiddenParts, rowsPerRun: 8 })(from, { data, masks }, later);
    expect(largestDifference(taken.losses, whole.losses)).toBeLessThan(1e-6);
    expectSame(taken.next, whole.next);

    const gradient = watched(hiddenParts.gradient);
    await summedSteps({ ...hiddenParts, gradient, rowsPerRun: 5 })(from, { data, masks }, later);
    for (const [name, mask] of Object.entries(masks(4, 2, 8))) {
      const fed = gradient.runs.map((feeds) => feeds[name]!);
      const width = mask.shape[2]!;
      expect(fed.map(({ shape }) => shape)).toEqual([5, 3, 5, 3].map((rows) => [rows, width]));
      expect(fed.flatMap(numbersOf)).toEqual([...mask.data]);
    }
  });

  it("multiplies each group's rate by its ratio, or takes one for all", async () => {
    const update = watched(parts.update);
    const take = summedSteps({ ...parts, update, rowsPerRun: 8 });
    const two = { ...steps, batches: batches.slice(0, 2) };
    const rates = { lr: [0.5, 0.25], momentum: [0.75, 0.5] };
    await take(start, context, { ...two, rates });
    await take(start, context, { ...two, rates: { ...rates, ratios: [0.25, 1] } });
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
    const { next } = await summedSteps({ ...parts, rowsPerRun: 8 })(start, context, {
      ...{ first: 0, batches: batches.slice(0, 2), rates },
    });
    expect(next["classifier.weight"]!.data).toEqual(start["classifier.weight"]!.data);
    expect(next["classifier.bias"]!.data).not.toEqual(start["classifier.bias"]!.data);
  });

  it("ends with the first loss that is not finite", async () => {
    const update = watched(parts.update);
    const rates = {
      lr: batches.map((_, i) => (i === 1 ? Number.POSITIVE_INFINITY : 0.1)),
      momentum: batches.map(() => 0),
    };
    const { losses } = await summedSteps({ ...parts, update, rowsPerRun: 8 })(start, context, { ...steps, rates });
    expect([...losses.subarray(0, 3)].map(Number.isFinite)).toEqual([true, true, false]);
    expect(update.runs).toHaveLength(3);
  });

  it("stops between runs, also before the update, with the signal's reason", async () => {
    for (const after of [1, 3]) {
      const controller = new AbortController();
      const gradient = watched({
        ...parts.gradient,
        run: (feeds) => {
          if (gradient.runs.length === after) controller.abort(new Error("enough"));
          return parts.gradient.run(feeds);
        },
      });
      const update = watched(parts.update);
      const take = summedSteps({ ...parts, gradient, update, rowsPerRun: 3 });
      await expect(take(start, { ...context, signal: controller.signal }, steps)).rejects.toThrow("enough");
      expect([gradient.runs.length, update.runs.length]).toEqual([after, 0]);
    }
  });
});
