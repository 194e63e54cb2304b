// Early stopping and the best weights, by what each task measures, and of layers with their statistics.
import { describe, expect, it } from "vitest";
import type { FitOptions } from "../../src/learner/call-options.js";
import type { LearnerOptions } from "../../src/learner/options.js";
import { timeless } from "../helpers/checkpointed.js";
import { taskOptions } from "../helpers/conv-tasks.js";
import { refusal } from "../helpers/refusal.js";
import { openConv } from "../helpers/unfreezing.js";

type Monitor = Exclude<FitOptions["earlyStopping"], boolean | undefined>["monitor"] & string;

async function fitted(monitor: string, options: Partial<LearnerOptions>, lr: number) {
  const opened = await openConv({ batchSize: 5, ...options });
  await opened.learner.fit(8, lr, { earlyStopping: { monitor: monitor as Monitor, patience: 8 } });
  const [fit] = opened.learner.fits;
  return { ...opened, best: fit!.tracked!.best!, values: fit!.epochs.map(({ metrics }) => metrics[monitor]!) };
}

describe("the best epoch", () => {
  it.each([
    ["mae", taskOptions.mse, Math.min, 0.2],
    ["r2", taskOptions.mae, Math.max, 0.2],
    ["mAP", taskOptions.bce, Math.max, 2],
    ["f1Micro", { ...taskOptions.bce, metrics: ["f1Micro"] as never }, Math.max, 2],
  ] as const)("by %s is the first with the best, and its weights are the last", async (monitor, options, best, lr) => {
    const found = await fitted(monitor, options, lr);
    expect(found.values).toHaveLength(8);
    expect(found.best).toBe(found.values.indexOf(best(...found.values)));
    // Neither the first nor the last one, or nothing would be told by it.
    expect([0, 7]).not.toContain(found.best);
    expect((await found.learner.validate()).metrics[monitor]).toBe(found.values[found.best]);
  });

  it("has the layers' weights and running statistics as they were after it", async () => {
    const options = { batchSize: 5, batchNorm: "trained" } as const;
    const [kept, other] = [await openConv(options), await openConv(options)];
    for (const { learner } of [kept, other]) await learner.freezeTo(1);
    await kept.learner.fit(6, 0.1, { restoreBest: true });
    const { best } = kept.learner.fits[0]!.tracked!;
    expect([0, 5]).not.toContain(best);
    await other.learner.fit(best! + 1, 0.1);
    expect(await kept.weights()).toEqual(await other.weights());
  });
});

describe("early stopping", () => {
  it.each([
    ["accuracy", taskOptions.mse],
    ["accuracy", taskOptions.bce],
    ["mae", taskOptions.bce],
    ["mAP", {}],
  ] as const)("refuses to go by %s, which the results do not have", async (monitor, options) => {
    const { learner } = await openConv(options);
    const fit = () => learner.fit(2, 0.1, { earlyStopping: { monitor: monitor as Monitor } });
    await refusal(fit, "invalid-argument", "for earlyStopping.monitor but received", "createLearner's `metrics`");
    expect(learner.fits).toEqual([]);
  });

  it("is the same after a range test, which takes none itself", async () => {
    const [plain, ranged] = [await openConv(taskOptions.mse), await openConv(taskOptions.mse)];
    const test = () => ranged.learner.lrFind({ steps: 20, runs: 1, earlyStopping: true } as object);
    await refusal(test, "invalid-argument", "lrFind's options");
    await ranged.learner.lrFind({ steps: 20, runs: 1 });
    for (const { learner } of [plain, ranged]) await learner.fit(6, 1, { earlyStopping: true });
    expect(timeless(ranged.learner.history)).toEqual(timeless(plain.learner.history));
    expect(await ranged.weights()).toEqual(await plain.weights());
  });
});
