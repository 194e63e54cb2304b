import { describe, expect, it } from "vitest";
import type { LearnerOptions } from "../../../src/learner/options.js";
import { taskOptions } from "../../helpers/conv-tasks.js";
import { openConv } from "../../helpers/unfreezing.js";

const loss = { name: "cross-entropy", classWeights: { blue: 3 }, labelSmoothing: 0.1 } as const;
/** Views that are the photos themselves. */
const still = { randomResizedCrop: false, colorJitter: false, rotation: 0, horizontalFlip: 0 } as const;

const cases: readonly (readonly [string, Partial<LearnerOptions>])[] = [
  ["weighted labels", taskOptions["bce with weights"]],
  ["squared errors", taskOptions.mse],
  ["absolute errors", taskOptions.mae],
  ["weighted classes", { loss, augment: still }],
  ["weighted classes, mixed", { loss, augment: { ...still, mixup: 0.4 } }],
];

describe("the loss of views that change nothing", () => {
  it.each(cases)("is that of the photos, of %s", async (_, options) => {
    const { learner } = await openConv({ augment: still, ...options });
    await learner.fit(2, 0.1);
    const [plain, viewed] = [await learner.validate(), await learner.validate({ tta: 2 })];
    expect(Math.abs(viewed.loss - plain.loss)).toBeLessThan(1e-5);
    for (const [name, value] of Object.entries(plain.metrics)) expect(viewed.metrics[name]).toBeCloseTo(value, 3);
  });
});
