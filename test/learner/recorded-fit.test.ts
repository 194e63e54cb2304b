import { describe, expect, it } from "vitest";
import { RegraftError } from "../../src/errors.js";
import type { FitRecord } from "../../src/learner/border/report.js";
import type { FitOptions } from "../../src/learner/call-options.js";
import type { Rates } from "../../src/learner/engine/training/steps.js";
import type { Validation } from "../../src/learner/engine/training/validation.js";
import { constantPlan } from "../../src/learner/fit-plan.js";
import { type FitContext, recordedFit } from "../../src/learner/recorded-fit.js";

const groups = ["stem", "body", "head"].map((name, i) => ({ name, parameters: 10 * i, trained: i > 0 }));

/** Two steps an epoch; `failing` is the epoch in which it throws. */
function contextOf({ failing = Number.POSITIVE_INFINITY, error = new Error("enough") as Error } = {}) {
  const trained: { rates: Rates; firstStep: number }[] = [];
  const context: FitContext = {
    groups,
    stepsPerEpoch: 2,
    momentum: 0.9,
    trainEpoch: async (rates, firstStep, onResults) => {
      if (trained.push({ rates, firstStep }) - 1 === failing) throw error;
      onResults({ first: 0, losses: Float32Array.of(1, 0.5) });
    },
    validate: async () => ({ loss: 0.5, accuracy: 0.75, metrics: {} }) as unknown as Validation,
  };
  return { context, trained };
}

const planOf = (epochs: number, options: FitOptions = {}) => constantPlan(epochs, [1e-4, 1e-3, 1e-2], options, 3);

describe("recordedFit", () => {
  it("writes down how it was called, what was trained at which rates, and what each epoch came to", async () => {
    const fits: FitRecord[] = [];
    const { context, trained } = contextOf();
    const results = await recordedFit(planOf(2), fits, context);
    expect(fits).toEqual([
      {
        call: "fit(2, [0.0001,0.001,0.01])",
        planned: 2,
        groups: [
          { name: "body", lr: expect.closeTo(1e-3, 12) },
          { name: "head", lr: 1e-2 },
        ],
        lrs: [0.01, 0.01, 0.01, 0.01],
        epochs: results,
      },
    ]);
    expect(trained.map(({ firstStep }) => firstStep)).toEqual([0, 2]);
    expect(trained[0]!.rates).toEqual({ lr: [0.01, 0.01], momentum: [0.9, 0.9], ratios: [expect.closeTo(0.1, 12), 1] });
  });

  it("counts epochs on over all fits", async () => {
    const fits: FitRecord[] = [];
    await recordedFit(planOf(2), fits, contextOf().context);
    const second = await recordedFit(planOf(1), fits, contextOf().context);
    expect(second.map(({ epoch }) => epoch)).toEqual([2]);
    expect(fits.map(({ epochs }) => epochs.length)).toEqual([2, 1]);
  });

  it("calls the callbacks", async () => {
    const told: number[] = [];
    const callbacks = [{ afterEpoch: (_: unknown, { epoch }: { epoch: number }) => void told.push(epoch) }];
    await recordedFit(planOf(2), [], { ...contextOf().context, callbacks });
    expect(told).toEqual([0, 1]);
  });

  it("judges its epochs, keeps the best, goes back to it, and writes all that down", async () => {
    const losses = [3, 1, 2, 2.5, 0];
    const log: string[] = [];
    const { context } = contextOf();
    const fits: FitRecord[] = [];
    const results = await recordedFit(planOf(5, { earlyStopping: { patience: 2 } }), fits, {
      ...context,
      validate: async () =>
        ({ loss: losses[fits[0]!.epochs.length], accuracy: 1, metrics: {} }) as unknown as Validation,
      keepBest: async () => void log.push(`keep ${fits[0]!.epochs.length - 1}`),
      betweenEpochs: async () => void log.push("between"),
      restoreBest: async () => void log.push("restore"),
      finish: async () => void log.push("finish"),
      callbacks: [{ afterFit: () => void log.push("afterFit") }],
    });
    expect(results.map(({ validLoss }) => validLoss)).toEqual([3, 1, 2, 2.5]);
    expect(log).toEqual(["keep 0", "between", "keep 1", "between", "between", "restore", "finish", "afterFit"]);
    expect(fits[0]!.tracked).toEqual({ monitor: "validLoss", best: 1, isStopped: true, isRestored: true });
  });

  it("goes on with the last fit where one has begun: what it is told of is what is left", async () => {
    const fits: FitRecord[] = [];
    const { context, trained } = contextOf();
    await recordedFit(planOf(1), fits, context);
    await recordedFit(planOf(2), fits, context);
    const [first, second] = fits as [FitRecord, FitRecord];
    const begun = { ...second, epochs: second.epochs.slice(0, 1), planned: 3 };
    const progress = { epoch: 1, step: 1, smooth: { average: 0.5, count: 3 } };
    const all = [first, begun];
    const results = await recordedFit(planOf(3), all, { ...context, progress });
    expect(results.map(({ epoch }) => epoch)).toEqual([2, 3]);
    expect(all[1]!.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    expect(trained.slice(-2).map(({ firstStep }) => firstStep)).toEqual([2, 4]);
    expect(all).toHaveLength(2);
  });

  it("keeps the epochs of a fit that was cancelled, unless there are none", async () => {
    const fits: FitRecord[] = [];
    await expect(recordedFit(planOf(3), fits, contextOf({ failing: 2 }).context)).rejects.toThrow("enough");
    expect(fits).toMatchObject([{ planned: 3, epochs: [{ epoch: 0 }, { epoch: 1 }] }]);
    await expect(recordedFit(planOf(3), fits, contextOf({ failing: 0 }).context)).rejects.toThrow("enough");
    expect(fits).toHaveLength(1);
  });

  it("keeps a fit that was cancelled in its first epoch, once a step was taken", async () => {
    const fits: FitRecord[] = [];
    const { context } = contextOf();
    const trainEpoch: FitContext["trainEpoch"] = async (_, __, onResults) => {
      onResults({ first: 0, losses: Float32Array.of(1) });
      throw new Error("enough");
    };
    await expect(recordedFit(planOf(3), fits, { ...context, trainEpoch })).rejects.toThrow("enough");
    expect(fits).toMatchObject([{ planned: 3, epochs: [] }]);
  });

  it("forgets a fit that diverged: its weights are gone too", async () => {
    const fits: FitRecord[] = [];
    await recordedFit(planOf(1), fits, contextOf().context);
    const error = new RegraftError("diverged", { step: 3, lr: 1 }, "It diverged.");
    await expect(recordedFit(planOf(3), fits, contextOf({ failing: 2, error }).context)).rejects.toBe(error);
    expect(fits).toMatchObject([{ planned: 1 }]);
  });
});
