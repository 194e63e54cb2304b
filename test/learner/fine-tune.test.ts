import { afterEach, describe, expect, it, vi } from "vitest";
import type { FitRecord } from "../../src/learner/border/report.js";
import type { FineTuneOptions } from "../../src/learner/call-options.js";
import type { Callback } from "../../src/learner/callbacks.js";
import { LearnerEngine } from "../../src/learner/engine/engine.js";
import type { Learner } from "../../src/learner/learner.js";
import { oneCycle } from "../../src/lr-range/schedules.js";
import { convWeights } from "../helpers/conv-network.js";
import { refusal } from "../helpers/refusal.js";
import { changed, openConv } from "../helpers/unfreezing.js";

afterEach(() => {
  vi.restoreAllMocks();
});

/** Rates of the head, step by step, and how many layer groups were trained at each epoch's begin. */
function watch(learner: Learner) {
  const lrs: number[] = [];
  const groups: number[] = [];
  const callback: Callback = {
    beforeEpoch: () => void groups.push(learner.layerGroups().filter(({ trained }) => trained).length),
    afterSteps: (_, steps) => void lrs.push(...steps.lrs),
  };
  return { lrs, groups, callbacks: [callback] };
}

/** Of the fits of a learner, what an export is told. */
async function recordsOf(learner: Learner): Promise<readonly FitRecord[]> {
  const exportTo = vi.spyOn(LearnerEngine.prototype, "exportTo");
  await learner.exportOnnx("out");
  return exportTo.mock.calls.at(-1)![0].fits;
}

const ratesOf = (steps: number, cycle: Parameters<typeof oneCycle>[0]): number[] =>
  Array.from({ length: steps }, (_, step) => oneCycle(cycle)(step, steps).lr);

/** What is refused, then epochs and options. */
const wrong: readonly (readonly [string, unknown, unknown])[] = [
  ["epochs", 0, {}],
  ["epochs", "3", {}],
  ["freezeEpochs", 1, { freezeEpochs: -1 }],
  ["freezeEpochs", 1, { freezeEpochs: 1.5 }],
  ["lr", 1, { lr: 0 }],
  ["lr", 1, { lr: null }],
  ["lr", 1, { lr: [0.1, 0.2] }],
  ["lrMult", 1, { lrMult: 0.5 }],
  ["lrMult", 1, { lrMult: "100" }],
  ["freezeTo", 1, { freezeTo: 4 }],
  ["freezeTo", 1, { freezeTo: -5 }],
  ["pctStart", 1, { pctStart: 1 }],
  ["div", 1, { div: 0 }],
  ["callbacks", 1, { callbacks: [5] }],
  ["signal", 1, { signal: "stop" }],
  ["fineTune's options", 1, { epochs: 3 }],
  ["fineTune's options", 1, null],
];

describe("fineTune", () => {
  it("trains the head for an epoch at the rate that a range test suggests, then all layers below half of it", async () => {
    const { learner, weights } = await openConv();
    const before = await weights();
    const { lrs, groups, callbacks } = watch(learner);
    const { suggestion } = await learner.lrFind();
    const results = await learner.fineTune(6, { callbacks });
    const lr = suggestion.lr!;
    expect(lr).toBeGreaterThan(0.01);
    expect(groups).toEqual([1, 4, 4, 4, 4, 4, 4]);
    expect(lrs).toEqual([
      ...ratesOf(2, { maxLr: lr, pctStart: 0.99 }),
      ...ratesOf(12, { maxLr: lr / 2, pctStart: 0.3, div: 5 }),
    ]);
    expect(results.map(({ epoch }) => epoch)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(learner.history).toEqual(results);
    expect(results.at(-1)!.validLoss).toBeLessThan(results[0]!.validLoss);
    expect(changed(before, await weights())).toEqual(expect.arrayContaining(convWeights.flat()));
    expect(learner.layerGroups().every(({ trained }) => trained)).toBe(true);
  });

  it("holds the learner from its first part to its last", async () => {
    const { learner } = await openConv();
    const refused: unknown[] = [];
    const callbacks: Callback[] = [
      { beforeEpoch: async () => void refused.push(await learner.freezeTo(1).catch((error) => error.message)) },
    ];
    const tuning = learner.fineTune(1, { lr: 0.05, callbacks });
    await refusal(() => learner.fit(1, 0.1), "busy", "fit cannot start while fineTune is running");
    expect(await tuning).toHaveLength(2);
    const message = expect.stringContaining("freezeTo cannot start while fineTune is running");
    expect(refused).toEqual([message, message]);
    await learner.fit(1, 1e-3);
  });

  it("is recorded as two fits, with the groups that were trained and their rates", async () => {
    const { learner } = await openConv();
    await learner.fineTune(2, { lr: 0.08 });
    const [head, all, ...others] = await recordsOf(learner);
    expect(others).toEqual([]);
    expect(head).toMatchObject({
      call: 'fitOneCycle(1, 0.08, {"pctStart":0.99})',
      planned: 1,
      groups: [{ name: "head", lr: 0.08 }],
    });
    expect(all).toMatchObject({ call: 'fitOneCycle(2, [0.0004,0.04], {"pctStart":0.3,"div":5})', planned: 2 });
    expect([head!.epochs.length, all!.epochs.length]).toEqual([1, 2]);
    expect(all!.groups.map(({ name }) => name)).toEqual(["8×8", "4×4", "2×2", "head"]);
    // From a hundredth in equal ratios.
    for (const [i, share] of [1 / 100, 100 ** (-2 / 3), 100 ** (-1 / 3), 1].entries())
      expect(all!.groups[i]!.lr / (0.04 * share)).toBeCloseTo(1, 10);
  });

  it("takes the rate, the epochs of the head, the spread and the groups to leave frozen", async () => {
    const { learner } = await openConv();
    const options = { lr: 0.1, freezeEpochs: 2, lrMult: 16, freezeTo: -3, pctStart: 0.5, div: 2 };
    const { lrs, groups, callbacks } = watch(learner);
    expect(await learner.fineTune(1, { ...options, callbacks })).toHaveLength(3);
    expect(groups).toEqual([1, 1, 3]);
    expect(lrs).toEqual([
      ...ratesOf(4, { maxLr: 0.1, pctStart: 0.99 }),
      ...ratesOf(2, { maxLr: 0.05, pctStart: 0.5, div: 2 }),
    ]);
    const [, { groups: rates }] = (await recordsOf(learner)) as [FitRecord, FitRecord];
    expect(rates.map(({ name }) => name)).toEqual(["4×4", "2×2", "head"]);
    // The frozen group counts in the spread.
    for (const [i, share] of [16 ** (-2 / 3), 16 ** (-1 / 3), 1].entries())
      expect(rates[i]!.lr / (0.05 * share)).toBeCloseTo(1, 10);
  });

  it("may leave the first part out, and begins at the head whatever was trained before", async () => {
    const { learner } = await openConv();
    await learner.unfreeze();
    await learner.fit(1, 0.01);
    const { groups, callbacks } = watch(learner);
    await learner.fineTune(1, { lr: 0.1, callbacks });
    await learner.fineTune(1, { lr: 0.1, freezeEpochs: 0, callbacks });
    expect(groups).toEqual([1, 4, 4]);
    expect((await recordsOf(learner)).map(({ planned, groups }) => [planned, groups.length])).toEqual([
      ...[
        [1, 4],
        [1, 1],
        [1, 4],
        [1, 4],
      ],
    ]);
  });

  it("refuses wrong options before anything is trained", async () => {
    const { learner } = await openConv();
    for (const [name, epochs, options] of wrong) {
      const call = () => learner.fineTune(epochs as number, options as FineTuneOptions);
      const { details } = await refusal(call, "invalid-argument");
      expect(details.name.replace(/\[\d\].*$/, ""), JSON.stringify([epochs, options])).toBe(name);
    }
    expect(learner.history).toEqual([]);
  });

  it("ends with the signal's reason in either part, and keeps the epochs that are done", async () => {
    for (const epochs of [1, 2]) {
      const { learner } = await openConv();
      const controller = new AbortController();
      const callbacks: Callback[] = [
        { beforeEpoch: () => void (learner.history.length === epochs && controller.abort(new Error("enough"))) },
      ];
      const call = learner.fineTune(50, { lr: 0.05, freezeEpochs: 2, signal: controller.signal, callbacks });
      await expect(call).rejects.toThrow("enough");
      expect(learner.history).toHaveLength(epochs);
      expect(await learner.fit(1, 0.05)).toMatchObject([{ epoch: epochs }]);
    }
  });
});
