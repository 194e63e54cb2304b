import { describe, expect, it } from "vitest";
import type { LearnerInfo } from "../../src/learner/border/info.js";
import type { EngineCalls } from "../../src/learner/engine-calls.js";
import { constantPlan, plannedFit } from "../../src/learner/fit-plan.js";
import { LearnerWork } from "../../src/learner/work.js";

const layerGroups = ["stem", "body", "head"].map((name) => ({ name, parameters: 1 }));
const answers: Readonly<Record<string, unknown>> = {
  prepare: { train: 6, valid: 2, skipped: [], stepsPerEpoch: 3 },
  validate: { loss: 0.5, accuracy: 1, metrics: {} },
  freezeTo: { layerGroups, notices: ["It is trained elsewhere."] },
  lrFind: { suggestion: { lr: 0.25 } },
};

/** Work on an engine that answers as above, and all that it was asked. */
function work(refuses?: string) {
  const asked: [method: string, argument: unknown][] = [];
  const call = async (method: string, argument: unknown) => {
    asked.push([method, argument]);
    if (method === refuses) throw new Error(`no ${method}`);
    return answers[method];
  };
  const engine = { call } as unknown as EngineCalls;
  return { asked, work: new LearnerWork(engine, { layerGroups } as unknown as LearnerInfo, 0.9) };
}

const trained = (of: LearnerWork) => of.layerGroups().map((group) => group.trained);

describe("LearnerWork", () => {
  it("knows which groups are trained and what is told of it, and keeps to it when the engine refuses others", async () => {
    const { work: free } = work();
    expect(trained(free)).toEqual([false, false, true]);
    await free.freezeTo(1, {});
    expect(trained(free)).toEqual([false, true, true]);
    expect(free.info).toBe(answers.freezeTo);
    const { work: refused } = work("freezeTo");
    await expect(refused.freezeTo(0, {})).rejects.toThrow("no freezeTo");
    expect(trained(refused)).toEqual([false, false, true]);
  });

  it("has photos counted once, and again when other layers are frozen", async () => {
    const { work: of, asked } = work();
    const counts = () => asked.filter(([method]) => method === "prepare").length;
    await of.validate({});
    await of.train([plannedFit(constantPlan(1, 0.1, {}, 3))], {});
    expect(counts()).toBe(1);
    await of.freezeTo(0, {});
    await of.train([plannedFit(constantPlan(2, 0.1, {}, 3))], {});
    expect(counts()).toBe(2);
    const rates = { lr: [0.1, 0.1, 0.1], momentum: [0.9, 0.9, 0.9] };
    expect(asked.filter(([method]) => method === "trainEpoch").map(([, argument]) => argument)).toEqual([
      { rates: { ...rates, ratios: [1] }, firstStep: 0 },
      { rates: { ...rates, ratios: [1, 1, 1] }, firstStep: 0 },
      { rates: { ...rates, ratios: [1, 1, 1] }, firstStep: 3 },
    ]);
    expect(of.fits.map(({ epochs }) => epochs.length)).toEqual([1, 2]);
  });

  it("spreads a range test over the groups that are trained, and remembers it", async () => {
    const { work: of, asked } = work();
    expect(of.range).toBeUndefined();
    await of.freezeTo(1, {});
    const range = await of.lrFind({ spread: 100, steps: 20 });
    expect(asked.at(-1)).toEqual(["lrFind", { steps: 20, ratios: [expect.closeTo(0.1, 12), 1] }]);
    expect(of.range).toBe(range);
  });

  it("lends fine-tuning its parts", async () => {
    const { work: of, asked } = work();
    const { groups, checkFreezeTo, freezeTo, suggestedRate, train } = of.fineTuning();
    expect(groups).toBe(3);
    await checkFreezeTo(1, {});
    expect(asked).toEqual([["checkFreezeTo", 1]]);
    expect(await suggestedRate({})).toBe(0.25);
    await freezeTo(0, {});
    expect(trained(of)).toEqual([true, true, true]);
    expect(await train([plannedFit(constantPlan(1, 0.1, {}, 3))], {})).toHaveLength(1);
  });
});
