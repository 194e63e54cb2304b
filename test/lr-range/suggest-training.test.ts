// The suggestion judged by what it is for: real training, where the rate matters. fastai's own rules are no measure of
// that; the validation loss after five epochs at the suggested rate is.
import { describe, expect, it } from "vitest";
import { medianCurve } from "../../src/lr-range/median.js";
import { type Curve, rangeTest } from "../../src/lr-range/range-test.js";
import { suggest } from "../../src/lr-range/suggest.js";
import { createHead, createTask, type Task, type TaskOptions, trainAt } from "./softmax-regression.js";

const runOf = (task: Task, seed: number): Promise<Curve> => {
  const head = createHead(task, seed);
  return rangeTest({ step: async (lr) => head.step(lr) });
};
const suggestionFor = async (task: Task) =>
  suggest(medianCurve(await Promise.all([1, 2, 3].map((seed) => runOf(task, seed)))));

const overlapping = { dims: 64, separation: 1.5, labelNoise: 0.2 };
const tasks: Record<string, TaskOptions> = {
  "classes that overlap, wrong labels": overlapping,
  "separable classes, 64 dimensions": { dims: 64 },
  "10 classes in 256 dimensions": { dims: 256, classes: 10, separation: 2 },
  "far more dimensions than samples": { dims: 1280, classes: 10 },
  "far more dimensions, wrong labels": { dims: 1280, labelNoise: 0.1 },
};

describe.each(Object.entries(tasks))("%s", (_, options) => {
  const task = createTask(options);

  it("five epochs at the suggested rate come near the best of all rates", async () => {
    const { lr, rule } = await suggestionFor(task);
    expect(rule).toBe("lesson");
    const around = [0.001, 0.01, 0.1, 1].map((rate) => trainAt(task, rate));
    const { loss, accuracy } = trainAt(task, lr!);
    expect(accuracy).toBeGreaterThanOrEqual(Math.max(...around.map((result) => result.accuracy)) - 0.02);
    expect(loss).toBeLessThan(Math.min(...around.map((result) => result.loss)) + 0.12);
  });
});

describe.each([
  ["overlapping classes", overlapping],
  ["separable classes", { dims: 64 }],
  ["1280 dimensions", { dims: 1280, classes: 10 }],
])("%s: features times s move the suggestion by 1/s²", (_, options) => {
  it.each([0.01, 100])("s = %d", async (scale) => {
    const plain = await suggestionFor(createTask(options));
    const scaled = await suggestionFor(createTask({ ...options, scale }));
    const ratio = (scaled.lr! * scale ** 2) / plain.lr!;
    expect(ratio).toBeGreaterThan(1 / 3);
    expect(ratio).toBeLessThan(3);
  });
});

it("training at 100 times the suggestion is clearly worse where classes overlap", async () => {
  const task = createTask(overlapping);
  const { lr } = await suggestionFor(task);
  const good = trainAt(task, lr!);
  const bad = trainAt(task, 100 * lr!);
  expect(good.accuracy - bad.accuracy).toBeGreaterThan(0.05);
  expect(bad.loss / good.loss).toBeGreaterThan(10);
});

it("hardly depends on the order of the batches: single runs agree within a factor of 2", async () => {
  const task = createTask(overlapping);
  const rates: number[] = [];
  for (let seed = 1; seed <= 8; seed++) rates.push(suggest(await runOf(task, seed)).lr!);
  expect(Math.max(...rates) / Math.min(...rates)).toBeLessThan(2);
});

it("is the same for the same seed, bit by bit", async () => {
  const task = createTask(overlapping);
  expect(await suggestionFor(task)).toEqual(await suggestionFor(task));
});
