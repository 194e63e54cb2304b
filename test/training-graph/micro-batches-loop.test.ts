// The steps of summed parts against those of the Loop: the same, however a batch is divided.
import { describe, expect, it } from "vitest";
import type { Head } from "../../src/heads/head.js";
import { createOptimizer, type OptimizerOptions } from "../../src/optimizers/create-optimizer.js";
import { normals, stream } from "../../src/random.js";
import { float32, int32, sizeOf, type Tensor } from "../../src/tensor.js";
import { trainingGraph } from "../../src/training-graph/assemble.js";
import { crossEntropy, softCrossEntropy } from "../../src/training-graph/loss.js";
import { gradientGraph, lossesSoFar, updateGraph } from "../../src/training-graph/micro-batches.js";
import { initialSlots, initialState, nextState, type TrainingParts } from "../../src/training-graph/step.js";
import { relativeDifference } from "../helpers/difference.js";
import { type Feeds, numbersOf, sessionOf } from "../helpers/run-graph.js";
import { hiddenHead, head as linear, rowsOf, task } from "../helpers/training.js";

const { features, labels } = rowsOf(12);
/** Three quarters of a photo's own class and a quarter of the next one's. */
const mixed = float32(
  [12, task.classes],
  Array.from(labels.data).flatMap((label) => {
    const next = (label + 1) % task.classes;
    return Array.from({ length: task.classes }, (_, c) => (c === label ? 0.75 : c === next ? 0.25 : 0));
  }),
);
const targetsFor = ({ loss }: TrainingParts): Tensor => (loss.targets.dtype === "int32" ? labels : mixed);
/** The photos of two steps. Classes are in order, so that the parts of a batch do not weigh the same. */
const batches = [
  [0, 3, 6, 1, 4, 2],
  [9, 3, 1, 7, 2, 8],
];
const rate = 0.3;

/** Drops features. What a part's masks are is then seen in its gradients, without a batch norm between. */
const dropping: Head = {
  ...linear,
  masks: [{ name: "drop", width: task.features, rate: 0.5 }],
  forwardTraining: (op, x, weights, masks) =>
    linear.forwardTraining(op, op.Mul(x, op.Cast(masks.drop!, { to: "float32" })), weights, {}),
};

/** Away from zero, where nothing can be told apart. */
function startOf({ head, optimizer }: TrainingParts): Feeds {
  const drawn = Object.entries(head.parameters).map(([name, { shape }]) => [
    name,
    float32(shape, normals(sizeOf(shape), stream(2, name))),
  ]);
  return { ...initialState(head, optimizer), ...Object.fromEntries(drawn) };
}

/** Of both steps' batches, the rows from `first` on. */
const masksOf = ({ masks }: Head, shape: readonly number[], first = 0): Record<string, Tensor> =>
  Object.fromEntries(
    masks.map(({ name, width }) => {
      const from = stream(3, name);
      const all = Uint8Array.from({ length: 12 * width }, () => (from.next() < 0.6 ? 1 : 0));
      const data = all.subarray(first * width, (first + sizeOf(shape)) * width);
      return [name, { dtype: "uint8", shape: [...shape, width], data }];
    }),
  );

const after = (results: Feeds, names: readonly string[]): Feeds =>
  Object.fromEntries(names.map((name) => [name, results[nextState(name)]!]));
const pick = (tensors: Feeds, names: readonly string[]): Feeds =>
  Object.fromEntries(names.map((name) => [name, tensors[name]!]));

interface Trained {
  readonly losses: number[];
  readonly state: Feeds;
}

/** Both steps by the Loop. */
async function byLoop(parts: TrainingParts): Promise<Trained> {
  const session = await sessionOf(trainingGraph(parts).graph);
  const state = startOf(parts);
  const results = await session.run({
    ...{ features, labels: targetsFor(parts), order: int32([2, 6], batches.flat()), lr: float32([2], [rate, rate]) },
    ...{ momentum: float32([2], Array(2).fill(parts.optimizer.momentum)), ...masksOf(parts.head, [2, 6]), ...state },
  });
  await session.release();
  return { losses: numbersOf(results.losses!), state: after(results, Object.keys(state)) };
}

/** Both steps by summed gradients, a batch in parts of these sizes. */
async function byParts(parts: TrainingParts, sizes: readonly number[]): Promise<Trained> {
  const { head, optimizer } = parts;
  const { model, zeros } = gradientGraph(parts);
  const gradient = await sessionOf(model.graph);
  const update = await sessionOf(updateGraph({ ...parts, sums: zeros, groups: 1, groupOf: () => 0 }).graph);
  const learnt = Object.keys({ ...head.parameters, ...initialSlots(head, optimizer) });
  let state = startOf(parts);
  let told: Feeds = { [lossesSoFar]: float32([2]) };
  for (const [step, batch] of batches.entries()) {
    let sums: Feeds = zeros;
    let first = 0;
    for (const size of sizes) {
      const order = int32([size], batch.slice(first, first + size));
      const masks = masksOf(head, [size], 6 * step + first);
      const results = await gradient.run(
        pick({ features, labels: targetsFor(parts), order, ...masks, ...state, ...sums }, gradient.inputNames),
      );
      sums = after(results, Object.keys(zeros));
      state = { ...state, ...after(results, Object.keys(head.buffers)) };
      first += size;
    }
    const rates = { lr: float32([1], [rate]), momentum: float32([], [optimizer.momentum]) };
    const isNow: Tensor = { dtype: "bool", shape: [2], data: Uint8Array.of(+(step === 0), +(step === 1)) };
    const feeds = { ...state, ...sums, ...rates, ...told, is_now: isNow };
    const results = await update.run(pick(feeds, update.inputNames));
    state = { ...state, ...after(results, learnt) };
    told = after(results, [lossesSoFar]);
  }
  await Promise.all([gradient.release(), update.release()]);
  return { losses: numbersOf(told[lossesSoFar]!), state };
}

function expectSame(found: Trained, expected: Trained, tolerance = 1e-6): void {
  expect(relativeDifference(found.losses, expected.losses), "losses").toBeLessThan(tolerance);
  expect(Object.keys(found.state)).toEqual(Object.keys(expected.state));
  for (const [name, tensor] of Object.entries(expected.state)) {
    expect(found.state[name]!.shape).toEqual(tensor.shape);
    expect(relativeDifference(numbersOf(found.state[name]!), numbersOf(tensor)), name).toBeLessThan(tolerance);
  }
}

const plain = crossEntropy({ classes: task.classes, labelSmoothing: 0, classWeights: undefined });
const weighted = crossEntropy({ classes: task.classes, labelSmoothing: 0.1, classWeights: [1, 5, 0.2] });
const mixture = softCrossEntropy({ classes: task.classes, labelSmoothing: 0.1, classWeights: [1, 5, 0.2] });
const partsWith = (changes: Partial<TrainingParts>, options: OptimizerOptions = { name: "sgd" }): TrainingParts => ({
  ...{ head: linear, loss: plain, features: task.features, optimizer: createOptimizer(options) },
  ...changes,
});

describe("summed parts of a batch", () => {
  const cases: readonly (readonly [name: string, parts: TrainingParts])[] = [
    ["SGD", partsWith({})],
    ["smoothed labels and weighted classes", partsWith({ loss: weighted })],
    ["mixed labels", partsWith({ loss: mixture })],
    ["clipping", partsWith({ clipNorm: 0.1, loss: weighted }, { name: "sgd", nesterov: true, weightDecay: 0.01 })],
    ["AdamW", partsWith({ loss: weighted }, { name: "adamw" })],
    ["clipping with AdamW", partsWith({ clipNorm: 0.1 }, { name: "adamw" })],
    ["masks", partsWith({ head: dropping, loss: weighted })],
  ];

  describe.each(cases)("%s", (_, parts) => {
    it.each([[[6]], [[3, 3]], [[1, 2, 3]]])("take the Loop's steps in parts of %j", async (sizes) => {
      expectSame(await byParts(parts, sizes), await byLoop(parts));
    });
  });

  it("take the Loop's steps with batch norms where a batch is one part", async () => {
    const parts = partsWith({ head: hiddenHead, loss: weighted, clipNorm: 1 });
    expectSame(await byParts(parts, [6]), await byLoop(parts), 5e-6);
  });

  it("let running statistics move with every part", async () => {
    const parts = partsWith({ head: hiddenHead });
    const { state } = await byParts(parts, [2, 4]);
    const expected = Array<number>(task.features).fill(0);
    for (const part of batches.flatMap((batch) => [batch.slice(0, 2), batch.slice(2)]))
      for (const i of expected.keys()) {
        const mean = part.reduce((sum, row) => sum + features.data[row * task.features + i]!, 0) / part.length;
        expected[i] = 0.9 * expected[i]! + 0.1 * mean;
      }
    const found = state["classifier.bn1.running_mean"]!;
    expect(relativeDifference(numbersOf(found), expected)).toBeLessThan(1e-6);
  });
});
