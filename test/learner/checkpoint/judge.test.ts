import { describe, expect, it } from "vitest";
import type { BestEpoch, Tracking } from "../../../src/learner/border/checkpoint.js";
import { judge } from "../../../src/learner/checkpoint/judge.js";
import { type TrackingOptions, trackingOf } from "../../../src/learner/checkpoint/tracking.js";

/** What a fit makes of these values, epoch by epoch, from epoch 3 on: the best ones, and after how many it stops. */
function judged(tracking: Tracking, values: readonly number[]) {
  let best: BestEpoch | undefined;
  const bests: number[] = [];
  for (const [i, value] of values.entries()) {
    const losses = { trainLoss: value, validLoss: value, accuracy: value };
    const result = { epoch: 3 + i, ...losses, metrics: { errorRate: value, macroF1: value }, seconds: 1 };
    const judgement = judge(tracking, best, result, 3);
    best = judgement.best;
    if (judgement.isBest) bests.push(3 + i);
    if (judgement.isStopped) return { bests, epochs: i + 1 };
  }
  return { bests, epochs: values.length };
}

const stopping = (options: Exclude<TrackingOptions["earlyStopping"], boolean> = {}): Tracking =>
  trackingOf({ earlyStopping: options })!;

describe("judge", () => {
  it("stops at the first epoch that is no better, or after as many as the patience", () => {
    const losses = [4, 3, 3.5, 2, 2, 2.5, 1];
    expect(judged(stopping(), losses)).toEqual({ bests: [3, 4], epochs: 3 });
    expect(judged(stopping({ patience: 2 }), losses)).toEqual({ bests: [3, 4, 6], epochs: 6 });
    expect(judged(stopping({ patience: 3 }), losses)).toEqual({ bests: [3, 4, 6, 9], epochs: 7 });
  });

  it("never stops without a patience", () => {
    expect(judged(trackingOf({ restoreBest: true })!, [1, 2, 3, 0, 4])).toEqual({ bests: [3, 6], epochs: 5 });
  });

  it.each(["trainLoss", "validLoss", "errorRate"] as const)("wants %s to fall", (monitor) => {
    expect(judged(stopping({ monitor }), [1, 2])).toEqual({ bests: [3], epochs: 2 });
  });

  it.each(["accuracy", "macroF1"] as const)("wants %s to rise", (monitor) => {
    expect(judged(stopping({ monitor }), [1, 2, 2])).toEqual({ bests: [3, 4], epochs: 3 });
  });

  it("counts an epoch as better by more than minDelta alone", () => {
    expect(judged(stopping({ minDelta: 0.5, patience: 2 }), [4, 3.5, 3.25, 3])).toEqual({ bests: [3, 5], epochs: 4 });
  });

  it("takes what is not a number for no better, also where nothing was better before", () => {
    expect(judged(stopping({ patience: 2 }), [Number.NaN, Number.NaN, 1])).toEqual({ bests: [], epochs: 2 });
    expect(judged(stopping({ patience: 2 }), [1, Number.NaN, 0.5])).toEqual({ bests: [3, 5], epochs: 3 });
  });
});
