import { describe, expect, it } from "vitest";
import type { FitProgress } from "../../src/learner/border/checkpoint.js";
import type { EpochResult } from "../../src/learner/border/report.js";
import type { Callback } from "../../src/learner/callbacks.js";
import type { Rates } from "../../src/learner/engine/training/steps.js";
import type { Validation } from "../../src/learner/engine/training/validation.js";
import { type FitLoop, runFit } from "../../src/learner/fit.js";
import { createSmoothLoss } from "../../src/learner/smooth-loss.js";

/** Three steps an epoch, done in runs of two and one; the loss of step s is s. */
function loopOf(options: Partial<FitLoop> = {}) {
  const log: string[] = [];
  const trained: { rates: Rates; firstStep: number }[] = [];
  const results: EpochResult[] = [];
  const loop: FitLoop = {
    epochs: 2,
    stepsPerEpoch: 3,
    schedule: (step, total) => ({ lr: step / total }),
    momentum: 0.9,
    ratios: [0.1, 1],
    groups: [
      { name: "4×4", lr: 0.1 },
      { name: "head", lr: 1 },
    ],
    firstEpoch: 5,
    callbacks: [],
    results,
    trainEpoch: async (rates, firstStep, onResults) => {
      const epoch = trained.push({ rates, firstStep }) - 1;
      log.push("train");
      onResults({ first: 0, losses: Float32Array.of(3 * epoch, 3 * epoch + 1) });
      onResults({ first: 2, losses: Float32Array.of(3 * epoch + 2) });
    },
    validate: async () => {
      log.push("validate");
      return { loss: 0.5, accuracy: 0.75, metrics: { top2: 1 } } as unknown as Validation;
    },
    ...options,
  };
  return { loop, log, trained, results };
}

const hooks = ["beforeFit", "beforeEpoch", "afterSteps", "afterEpoch", "afterFit"] as const;

/** Notes each of its calls; the asynchronous ones a moment later. */
function noting(name: string, log: string[]): Callback {
  const note = (hook: string) => async () => {
    if (hook !== "afterSteps") await new Promise((resolve) => setImmediate(resolve));
    log.push(`${name}.${hook}`);
  };
  return Object.fromEntries(hooks.map((hook) => [hook, note(hook)]));
}

describe("runFit", () => {
  it("ends with what an asynchronous afterSteps throws, once the epoch's steps are done", async () => {
    const { loop, log } = loopOf();
    const afterSteps = async (): Promise<void> => {
      await new Promise((resolve) => setImmediate(resolve));
      throw new Error("too late for the steps");
    };
    await expect(runFit({ ...loop, callbacks: [{ afterSteps }] })).rejects.toThrow("too late for the steps");
    expect(log).toEqual(["train"]);
  });

  it("numbers epochs over all fits, and reports what each came to", async () => {
    const { loop, results } = loopOf();
    expect(await runFit(loop)).toEqual(results);
    expect(results.map(({ seconds, trainLoss, ...rest }) => rest)).toEqual([
      { epoch: 5, validLoss: 0.5, accuracy: 0.75, metrics: { top2: 1 } },
      { epoch: 6, validLoss: 0.5, accuracy: 0.75, metrics: { top2: 1 } },
    ]);
    expect(results.every(({ seconds }) => seconds >= 0 && seconds < 10)).toBe(true);
  });

  it("smooths the loss over the epochs as fast.ai does", async () => {
    const { loop, results } = loopOf();
    await runFit(loop);
    // avg ← 0.98·avg + 0.02·loss from 0, divided by 1 - 0.98ⁿ
    const smooth = (losses: number[]) =>
      losses.reduce((average, loss) => 0.98 * average + 0.02 * loss, 0) / (1 - 0.98 ** losses.length);
    expect(results[0]!.trainLoss).toBeCloseTo(smooth([0, 1, 2]), 12);
    expect(results[1]!.trainLoss).toBeCloseTo(smooth([0, 1, 2, 3, 4, 5]), 12);
  });

  it("asks the schedule for each step of the whole fit, and takes its own momentum where that gives none", async () => {
    const { loop, trained } = loopOf();
    await runFit(loop);
    expect(trained).toEqual([
      { rates: { lr: [0, 1 / 6, 2 / 6], momentum: [0.9, 0.9, 0.9], ratios: [0.1, 1] }, firstStep: 0 },
      { rates: { lr: [3 / 6, 4 / 6, 5 / 6], momentum: [0.9, 0.9, 0.9], ratios: [0.1, 1] }, firstStep: 3 },
    ]);
    const cycling = loopOf({ schedule: (step) => ({ lr: 1, momentum: step / 10 }) });
    await runFit(cycling.loop);
    expect(cycling.trained[1]!.rates.momentum).toEqual([0.3, 0.4, 0.5]);
  });

  it("calls callbacks in list order, each awaited before the next and before training goes on", async () => {
    const { loop, log } = loopOf({ epochs: 1 });
    await runFit({ ...loop, callbacks: [noting("a", log), {}, noting("b", log)] });
    expect(log).toEqual([
      "a.beforeFit",
      "b.beforeFit",
      "a.beforeEpoch",
      "b.beforeEpoch",
      "train",
      "a.afterSteps",
      "b.afterSteps",
      "a.afterSteps",
      "b.afterSteps",
      "validate",
      "a.afterEpoch",
      "b.afterEpoch",
      "a.afterFit",
      "b.afterFit",
    ]);
  });

  it("tells callbacks where the fit stands", async () => {
    const told: unknown[] = [];
    const callback: Callback = {
      beforeFit: ({ groups }) => void told.push(...groups),
      afterSteps: ({ epoch }, steps) => told.push({ epoch, ...steps }),
      afterEpoch: ({ epochs, epoch, stepsPerEpoch, results }, result) => {
        expect(results.at(-1)).toBe(result);
        told.push({ epochs, epoch, stepsPerEpoch, done: results.length });
      },
    };
    await runFit(loopOf({ callbacks: [callback] }).loop);
    expect(told).toEqual([
      { name: "4×4", lr: 0.1 },
      { name: "head", lr: 1 },
      { epoch: 0, first: 0, losses: [0, 1], lrs: [0, 1 / 6] },
      { epoch: 0, first: 2, losses: [2], lrs: [2 / 6] },
      { epochs: 2, epoch: 0, stepsPerEpoch: 3, done: 1 },
      { epoch: 1, first: 3, losses: [3, 4], lrs: [3 / 6, 4 / 6] },
      { epoch: 1, first: 5, losses: [5], lrs: [5 / 6] },
      { epochs: 2, epoch: 1, stepsPerEpoch: 3, done: 2 },
    ]);
  });

  it.each(["beforeEpoch", "afterSteps", "afterEpoch"] as const)(
    "stops after the epoch in which %s says so",
    async (hook) => {
      const { loop, log } = loopOf({ epochs: 100 });
      const callbacks: Callback[] = [
        { [hook]: ({ stop }: { stop: () => void }) => stop() },
        { afterFit: () => void log.push("afterFit") },
      ];
      expect(await runFit({ ...loop, callbacks })).toHaveLength(1);
      expect(log).toEqual(["train", "validate", "afterFit"]);
    },
  );

  it("trains nothing when beforeFit stops it", async () => {
    const { loop, log } = loopOf({ callbacks: [{ beforeFit: ({ stop }) => stop() }] });
    expect(await runFit(loop)).toEqual([]);
    expect(log).toEqual([]);
  });

  it.each(hooks)("rejects with what %s throws, and calls nothing afterwards", async (hook) => {
    const { loop, log } = loopOf();
    const throwing: Callback = {
      [hook]: () => {
        throw new Error(`from ${hook}`);
      },
    };
    await expect(runFit({ ...loop, callbacks: [throwing, noting("b", log)] })).rejects.toThrow(`from ${hook}`);
    expect(log).not.toContain(`b.${hook}`);
    expect(log).not.toContain("b.afterFit");
  });

  it("keeps the epochs done when a later one fails", async () => {
    const { loop, results } = loopOf({ epochs: 3 });
    const failing = loop.trainEpoch;
    let epoch = 0;
    const trainEpoch: FitLoop["trainEpoch"] = async (...args) => {
      if (epoch++ === 2) throw new Error("cancelled");
      await failing(...args);
    };
    await expect(runFit({ ...loop, trainEpoch })).rejects.toThrow("cancelled");
    expect(results.map(({ epoch }) => epoch)).toEqual([5, 6]);
  });

  it("goes on where it was told to, with the loss smoothed over all steps, and tells how far it is", async () => {
    const whole = loopOf();
    await runFit(whole.loop);
    const { loop, results } = loopOf();
    const steps: number[] = [];
    const progress: FitProgress[] = [];
    const smooth = createSmoothLoss();
    smooth.add([0, 1]);
    await runFit({
      ...loop,
      progress: { epoch: 0, step: 2, smooth: smooth.state },
      onProgress: (now) => progress.push(now),
      trainEpoch: async (rates, firstStep, onResults, taken) => {
        steps.push(firstStep + taken);
        const first = taken;
        const losses = Float32Array.from({ length: rates.lr.length - first }, (_, i) => firstStep + first + i);
        onResults({ first, losses });
      },
    });
    expect(steps).toEqual([2, 3]);
    expect(results.map(({ trainLoss }) => trainLoss)).toEqual(whole.results.map(({ trainLoss }) => trainLoss));
    expect(progress.map(({ epoch, step }) => [epoch, step])).toEqual([
      [0, 3],
      [1, 0],
      [1, 3],
      [2, 0],
    ]);
    expect(progress.at(-1)!.smooth.count).toBe(6);
  });
});
