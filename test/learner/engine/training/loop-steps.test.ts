import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { epochBatches } from "../../../../src/learner/engine/training/batch-order.js";
import { loopSteps } from "../../../../src/learner/engine/training/loop-steps.js";
import type { Steps } from "../../../../src/learner/engine/training/steps.js";
import type { Session } from "../../../../src/runtime/session.js";
import { noMasks, rowsOf, start, takeSteps, trainerSession, watched } from "../../../helpers/training.js";

let loop: Session;
beforeAll(async () => {
  loop = await trainerSession();
});
afterAll(() => loop.release());

const batches = epochBatches(48, 8, 1, "order", 0);
const steps: Steps = {
  first: 0,
  batches,
  rates: { lr: batches.map((_, i) => 0.1 + 0.05 * i), momentum: batches.map((_, i) => 0.9 - 0.1 * i) },
};
const context = { data: rowsOf(48), masks: noMasks };

describe("loopSteps", () => {
  it("takes all steps in one run", async () => {
    const session = watched(loop);
    const { losses, next } = await takeSteps(loopSteps(session), start, context, steps);
    expect(session.runs.map(({ order }) => order!.shape)).toEqual([[6, 8]]);
    expect(losses).toHaveLength(6);
    expect(losses[0]).toBeCloseTo(Math.log(3), 6);
    expect(Object.keys(next)).toEqual(Object.keys(start));
  });

  it("goes on from where it has come to, and leaves its start alone", async () => {
    const whole = await takeSteps(loopSteps(loop), start, context, steps);
    const training = await loopSteps(loop)(start);
    expect(await training.state()).toBe(start);
    const losses: number[] = [];
    for (const [from, to] of [
      [0, 2],
      [2, 6],
    ] as const) {
      const rates = { lr: steps.rates.lr.slice(from, to), momentum: steps.rates.momentum.slice(from, to) };
      losses.push(...(await training.take(context, { first: from, batches: batches.slice(from, to), rates })));
    }
    expect(losses).toEqual([...whole.losses]);
    expect(await training.state()).toEqual(whole.next);
    expect(start["classifier.weight"]!.data.every((x) => x === 0)).toBe(true);
    training.end();
  });

  it("reports losses that are not finite instead of throwing", async () => {
    const rates = { lr: [Number.POSITIVE_INFINITY, 1], momentum: [0, 0] };
    const two = { ...steps, batches: batches.slice(0, 2), rates };
    const { losses } = await takeSteps(loopSteps(loop), start, context, two);
    expect([...losses].map(Number.isFinite)).toEqual([true, false]);
  });
});
