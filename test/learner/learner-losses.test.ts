// Layers of the network trained on labels, on values and on mixed photos: they learn, in parts of a batch as in whole ones.
import { describe, expect, it } from "vitest";
import type { LearnerOptions } from "../../src/learner/options.js";
import { taskOptions } from "../helpers/conv-tasks.js";
import { largestDifference } from "../helpers/difference.js";
import { openConv } from "../helpers/unfreezing.js";

const balanced = { name: "cross-entropy", classWeights: { blue: 3 }, labelSmoothing: 0.1 } as const;

const cases: readonly (readonly [string, Partial<LearnerOptions>])[] = [
  ["labels", taskOptions.bce],
  ["labels with weights", taskOptions["bce with weights"]],
  ["squared errors", taskOptions.mse],
  ["absolute errors", taskOptions.mae],
  ["weighted classes", { loss: balanced }],
  [
    "weighted classes, mixed",
    { loss: balanced, augment: { mixup: 0.4, randomResizedCrop: false, colorJitter: false } },
  ],
];

async function trained(options: Partial<LearnerOptions>) {
  const { learner, weights } = await openConv(options);
  await learner.fit(4, 0.1);
  await learner.unfreeze();
  const losses: number[] = [];
  const callbacks = [
    { afterSteps: (_: unknown, steps: { losses: readonly number[] }) => void losses.push(...steps.losses) },
  ];
  await learner.fit(6, [1e-3, 1e-2], { callbacks });
  return { learner, losses, weights: await weights() };
}

describe("all layers", () => {
  it.each(cases)("learn from %s, and a step in parts of a batch is the step", async (_, options) => {
    const whole = await trained({ ...options, microBatch: 16 });
    expect(whole.losses).toHaveLength(12);
    const [before, after] = [whole.learner.history[3]!, whole.learner.history[9]!];
    expect(after.validLoss).toBeLessThan(before.validLoss);
    const parts = await trained({ ...options, microBatch: 3 });
    expect(largestDifference(parts.losses, whole.losses)).toBeLessThan(1e-4);
    for (const [name, weight] of Object.entries(whole.weights))
      expect(largestDifference([...parts.weights[name]!], [...weight]), name).toBeLessThan(1e-3);
  });

  it.each(cases.slice(0, 4))("are fine-tuned on %s", async (_, options) => {
    const { learner } = await openConv(options);
    const [head, ...all] = await learner.fineTune(4, { lr: 0.1 });
    expect(learner.fits.map(({ groups }) => groups.length)).toEqual([1, 4]);
    expect(all.at(-1)!.validLoss).toBeLessThan(head!.validLoss);
  });
});
