// A training that is broken off and gone on with by another learner is, to the bit, the one that was not.
import { afterEach, describe, expect, it, vi } from "vitest";
import type { LearnerOptions } from "../../src/learner/options.js";
import { interrupted, type Train, uninterrupted } from "../helpers/checkpointed.js";
import { taskOptions } from "../helpers/conv-tasks.js";

afterEach(() => {
  vi.restoreAllMocks();
});

/** Each run seems to take for ever, so that each is one step. */
function stepByStep(): void {
  let now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => (now += 1e6));
}

/** Six steps an epoch. */
const small = { batchSize: 5 };

const head: Train = (learner, options) => learner.fitOneCycle(3, 0.5, options);
const layers: Train = async (learner, options) => {
  await learner.freezeTo(1);
  return learner.fitOneCycle(3, [1e-3, 1e-2], options);
};

const whole: Train = (learner, options) => learner.unfreeze().then(() => learner.fit(2, 1e-2, options));
const tuned: Train = async (learner, options) => {
  await learner.fit(1, 0.5);
  await learner.tuneThresholds();
  return learner.fit(2, 0.5, options);
};
const stratified = { batches: "stratified" } as const;
const balanced = { name: "cross-entropy", classWeights: "balanced", labelSmoothing: 0.1 } as const;

/** What is trained, how, and after how many runs each learner is thrown away. */
const cases: readonly (readonly [string, Train, readonly number[], Partial<LearnerOptions>])[] = [
  ["a linear head with AdamW", head, [1, 4, 6, 5], { ...small, optimizer: "adamw", clipNorm: 0.1 }],
  ["fast.ai's head, with dropout and statistics", head, [1, 7, 4], { ...small, head: { hidden: 7, dropout: 0.4 } }],
  ["a head on features from disk", head, [3, 5], { ...small, cache: { folder: "cache", memoryLimit: 600 } }],
  ["layers of the network", layers, [1, 6, 2], small],
  ["layers with AdamW and their statistics", layers, [4, 5], { ...small, optimizer: "adamw", batchNorm: "trained" }],
  ["layers in parts of a batch", layers, [8], { ...small, microBatch: 2, head: { hidden: 7, dropout: 0.4 } }],
  ["the whole network", whole, [3, 4], small],
  ["cycles of rates", (l, o) => l.fitCyclical(2, { baseLr: 0.1, maxLr: 0.5, mode: "triangular2" }, o), [3, 5], small],
  [
    "fine-tuning, in both of its parts",
    (l, o) => l.fineTune(2, { ...o, lr: 0.05, freezeEpochs: 2 }),
    [3, 7, 5, 5],
    small,
  ],
  [
    "a fit that stops early and takes the best weights",
    (l, o) => l.fit(9, 3, { ...o, earlyStopping: { patience: 2 } }),
    [3, 7, 4],
    { ...small, optimizer: { name: "sgd", momentum: 0.5 } },
  ],
  ["cached views, mixed", head, [4, 5], { ...small, augment: { views: 2, mixup: 0.4 } }],
  [
    "views on disk, too many for the memory, in stratified batches",
    head,
    [3, 5],
    { ...small, ...stratified, augment: { views: 3, mixup: 0.4 }, cache: { folder: "cache", memoryLimit: 600 } },
  ],
  ["layers on cached views, mixed", layers, [4, 5], { ...small, augment: { views: 2, mixup: 0.4 } }],
  ["the whole network on varied photos", whole, [3, 4], { ...small, augment: true }],
  [
    "the whole network on mixed photos in parts of stratified batches",
    whole,
    [3, 4],
    { ...small, ...stratified, microBatch: 2, augment: { mixup: 0.4, cutmix: 1, randomErasing: 0.5 } },
  ],
  ["labels, by tuned thresholds", tuned, [4, 5], { ...small, ...taskOptions["bce with weights"] }],
  [
    "labels, on layers and varied photos in stratified batches",
    whole,
    [3, 4],
    { ...small, ...taskOptions.bce, ...stratified, augment: { mixup: 0.4, cutmix: 1 } },
  ],
  ["values, on layers and cached views", layers, [4, 5], { ...small, ...taskOptions.mse, augment: { views: 2 } }],
  [
    "values, until they get no better",
    (l, o) => l.fit(6, 0.5, { ...o, earlyStopping: { monitor: "mae" as never, patience: 2 } }),
    [4, 5],
    { ...small, ...stratified, ...taskOptions.mae },
  ],
  ["balanced classes, smoothed and mixed", head, [4], { ...small, loss: balanced, augment: { mixup: 1 } }],
];

describe("a training that is broken off and gone on with", () => {
  it.each(cases)("is the same, bit for bit: %s", async (_, train, runs, options) => {
    stepByStep();
    const expected = await uninterrupted(train, options);
    expect(await interrupted(train, runs, options)).toEqual(expected);
  });
});
