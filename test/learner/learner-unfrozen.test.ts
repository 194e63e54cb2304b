// Training of unfrozen layers: the same for the same seed, however a step is divided, and undone where it fails.
import { describe, expect, it } from "vitest";
import type { Callback } from "../../src/learner/callbacks.js";
import type { Learner } from "../../src/learner/learner.js";
import type { LearnerOptions } from "../../src/learner/options.js";
import { convStatistics, convWeights } from "../helpers/conv-network.js";
import { largestDifference } from "../helpers/difference.js";
import { refusal } from "../helpers/refusal.js";
import { changed, openConv } from "../helpers/unfreezing.js";

/** Notes the loss of every step. */
function lossWatch() {
  const losses: number[] = [];
  const callback: Callback = { afterSteps: (_, steps) => void losses.push(...steps.losses) };
  return { losses, callback };
}

/** Unfrozen and trained for some epochs. */
async function trained(options: Partial<LearnerOptions> = {}, between: (learner: Learner) => unknown = () => {}) {
  const { learner, weights } = await openConv(options);
  const { losses, callback } = lossWatch();
  await learner.fit(1, 0.2);
  await learner.unfreeze();
  await learner.fit(1, 0.05, { callbacks: [callback] });
  await between(learner);
  await learner.fitOneCycle(2, [0.01, 0.1], { callbacks: [callback] });
  return { learner, losses, weights: await weights() };
}

const withDropout: Partial<LearnerOptions> = { head: { hidden: 8, dropout: 0.5 }, batchNorm: "trained" };

describe.each<[string, Partial<LearnerOptions>]>([
  ["a linear head", {}],
  ["dropout and trained norms", withDropout],
  ["AdamW, in parts", { optimizer: "adamw", clipNorm: 1, microBatch: 5 }],
])("with %s", (_, options) => {
  it("gives the same weights to the same seed, bit for bit and whatever range tests come between", async () => {
    const first = await trained(options);
    expect(first.losses).toHaveLength(6);
    const again = await trained(options, async (learner) => {
      expect((await learner.lrFind({ steps: 10, spread: 100 })).runs).toHaveLength(1);
      await learner.cyclicalRange({ epochs: 2 });
    });
    expect(again.losses).toEqual(first.losses);
    expect(changed(first.weights, again.weights)).toEqual([]);
  });
});

it("gives other weights to another seed", async () => {
  const [first, other] = [await trained(), await trained({ seed: 7 })];
  expect(changed(first.weights, other.weights)).toHaveLength(convWeights.flat().length + 2);
});

describe("microBatch", () => {
  const options: Partial<LearnerOptions> = {
    loss: { name: "cross-entropy", labelSmoothing: 0.1, classWeights: { red: 3, blue: 0.5 } },
    clipNorm: 0.5,
  };

  it.each([1, 5])("of %d: the same losses and weights as whole batches give", async (microBatch) => {
    const [whole, parts] = [await trained(options), await trained({ ...options, microBatch })];
    expect(largestDifference(parts.losses, whole.losses)).toBeLessThan(1e-5);
    for (const [name, data] of Object.entries(whole.weights))
      expect(largestDifference(parts.weights[name]!, data), name).toBeLessThan(1e-5);
  });

  it("is how many photos are run together, and no more than a batch", async () => {
    const rowsOf = async (microBatch: number) => {
      const { learner, platform } = await openConv({ microBatch });
      await learner.unfreeze();
      await learner.fit(1, 0.05);
      return platform.runs.filter((name) => name === "the gradient graph").length;
    };
    // Batches of sixteen and eleven.
    expect([await rowsOf(16), await rowsOf(6), await rowsOf(5), await rowsOf(1000)]).toEqual([2, 3 + 2, 4 + 3, 2]);
  });
});

describe("lrFind after unfreezing", () => {
  /** A range test of nine steps, all photos in one batch: what is learnt does not depend on their order, but for rounding. */
  const tested = async (spread?: number) => {
    const { learner } = await openConv({ batchSize: 64 });
    await learner.fit(3, 0.1);
    await learner.unfreeze();
    const { runs } = await learner.lrFind({ startLr: 0.02, endLr: 0.5, steps: 9, ...(spread && { spread }) });
    const [{ lrs, losses }] = runs as [(typeof runs)[0]];
    return { learner, lrs: lrs.slice(0, 9), losses: losses.slice(0, 9) };
  };

  it.each([1, 100])("at a spread of %d ramps all rates by one factor", async (spread) => {
    const { learner, lrs, losses } = await tested(spread);
    expect([lrs[0], lrs[4], lrs[8]].map((lr) => lr!.toPrecision(6))).toEqual(["0.0200000", "0.100000", "0.500000"]);
    const fitted = lossWatch();
    for (const lr of lrs) await learner.fit(1, [lr / spread, lr], { callbacks: [fitted.callback] });
    expect(largestDifference(losses, fitted.losses)).toBeLessThan(1e-4);
    expect(Math.max(...losses) - Math.min(...losses)).toBeGreaterThan(0.05);
  });

  it("ramps all rates alike unless told otherwise", async () => {
    const [even, one, spread] = [await tested(), await tested(1), await tested(100)];
    expect(even.losses).toEqual(one.losses);
    expect(largestDifference(even.losses, spread.losses)).toBeGreaterThan(0.01);
    for (const wrong of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, "100", null])
      await refusal(() => even.learner.lrFind({ spread: wrong as number }), "invalid-argument", "spread");
  });
});

describe("a fit that diverges", () => {
  it("is forgotten: weights, optimizer and history are those from before, bit for bit", async () => {
    const plain = await trained();
    const failed = await trained({}, async (learner) => {
      const { details } = await refusal(() => learner.fit(3, 1e12), "diverged", "lrFind() suggests one");
      expect(details.lr).toBe(1e12);
      expect(learner.history).toHaveLength(2);
      expect(learner.layerGroups().every((group) => group.trained)).toBe(true);
    });
    expect(failed.losses.slice(-4)).toEqual(plain.losses.slice(-4));
    expect(changed(plain.weights, failed.weights)).toEqual([]);
  });
});

describe('batchNorm: "trained"', () => {
  it("moves the running statistics of unfrozen layers, which frozen norms keep", async () => {
    const moved = async (first: number, batchNorm: "frozen" | "trained") => {
      const { learner, weights } = await openConv({ batchNorm });
      const before = await weights();
      await learner.freezeTo(first);
      await learner.fit(2, 0.05);
      return changed(before, await weights()).filter((name) => name.includes("running"));
    };
    expect(await moved(0, "frozen")).toEqual([]);
    expect(await moved(0, "trained")).toEqual(convStatistics.flat());
    expect(await moved(2, "trained")).toEqual(convStatistics[2]);
    expect(await moved(3, "trained")).toEqual([]);
  });

  it("validates, and predicts once frozen, by the statistics it has learnt", async () => {
    const { learner, weights } = await openConv({ batchNorm: "trained", batchSize: 64 });
    await learner.unfreeze();
    await learner.fit(25, 0.05);
    const learnt = await weights();
    const { loss, accuracy } = await learner.validate();
    expect(accuracy).toBeGreaterThan(0.6);
    await learner.freeze();
    expect(changed(learnt, await weights())).toEqual([]);
    expect((await learner.validate()).loss).toBeCloseTo(loss, 5);
  });
});

describe("a head with batch norms on unfrozen layers", () => {
  const hidden = { head: { hidden: 8, dropout: 0.1 } };
  const lossAfter = async (microBatch: number): Promise<number> => {
    const { learner } = await openConv({ ...hidden, microBatch });
    await learner.unfreeze();
    await learner.fit(12, 0.05);
    return learner.history.at(-1)!.trainLoss;
  };

  it("learns from whole batches", async () => {
    expect(await lossAfter(16)).toBeLessThan(0.9);
  });

  it("learns from one photo a run", async () => {
    expect(await lossAfter(1)).toBeLessThan(1);
  });
});
