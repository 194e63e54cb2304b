// One training step of ResNet34 at its real size, nothing frozen, against PyTorch: see ../fixtures/make_resnet34_step.py.
import { readFileSync } from "node:fs";
import { beforeAll, expect, it } from "vitest";
import type { Head } from "../../src/heads/head.js";
import { linearHead } from "../../src/heads/linear.js";
import { hostDevice } from "../../src/learner/engine/device/device.js";
import { backboneOf } from "../../src/learner/engine/layers/backbone.js";
import { openBoundary } from "../../src/learner/engine/layers/boundary.js";
import { workplaceOn } from "../../src/learner/engine/layers/workplace.js";
import type { TrainingState } from "../../src/learner/engine/training/steps.js";
import { readModel } from "../../src/onnx/read.js";
import { tensorOf } from "../../src/onnx/tensor-data.js";
import { sgd } from "../../src/optimizers/sgd.js";
import { float32, int32 } from "../../src/tensor.js";
import { crossEntropy } from "../../src/training-graph/loss.js";
import { initialState } from "../../src/training-graph/step.js";
import { evaluate } from "../helpers/evaluate.js";
import { distance, type Sketch } from "../helpers/gradient-fixtures.js";
import { open, runtime, squash } from "../helpers/opening.js";
import { resnet34 } from "../helpers/resnet34.js";
import { noMasks, takeSteps } from "../helpers/training.js";

const fixture = JSON.parse(readFileSync(new URL("../fixtures/resnet34-step.json", import.meta.url), "utf8")) as {
  readonly labels: readonly number[];
  readonly loss: number;
  readonly gradients: Readonly<Record<string, Sketch>>;
};
const names = Object.keys(fixture.gradients);
const [count, size, classes, lr] = [fixture.labels.length, 224, 1000, 0.001];
const width = 3 * size ** 2;

/** The same formula as in the script. */
const photos = Float32Array.from({ length: count * width }, (_, i) => {
  const [n, c, y, x] = [Math.floor(i / width), Math.floor(i / size ** 2) % 3, Math.floor(i / size) % size, i % size];
  return ((((n + 3) * x) ^ ((c + 5) * y)) % 256) / 128 - 1;
});

let before: TrainingState;
let after: TrainingState;
let loss: number;

beforeAll(async () => {
  const model = readModel(resnet34({ seed: 1, style: "torchvision", batchNorm: true }), { source: "resnet34" });
  const network = await open(model, squash(size, size));
  const weightOf = (name: string) =>
    tensorOf(model.graph.initializers.find((value) => value.name === name)!.constant!) as Head["parameters"][string];
  // Its own classifier goes on learning.
  const head: Head = {
    ...linearHead({ features: network.featureCount, classes }),
    parameters: { "classifier.weight": weightOf("fc.weight"), "classifier.bias": weightOf("fc.bias") },
  };
  const optimizer = sgd();
  const boundary = await openBoundary(0, {
    ...{ head, optimizer, clipNorm: undefined, trainStatistics: false, state: {} },
    backbone: backboneOf(network, { source: "resnet34", ends: undefined, evaluate }),
    loss: crossEntropy({ classes, labelSmoothing: 0, classWeights: undefined }),
    // A run of three photos, then one of one.
    ...{ batchSize: count, microBatch: 3 },
    device: workplaceOn(runtime, await hostDevice(runtime), new AbortController().signal),
  });
  before = initialState(boundary.head, optimizer);
  const data = { features: float32([count, width], photos), labels: int32([count], fixture.labels), names: [] };
  const step = { first: 0, batches: [Int32Array.from(fixture.labels.keys())], rates: { lr: [lr], momentum: [0.9] } };
  const { next, losses } = await takeSteps(boundary.begin, before, { data, masks: noMasks }, step);
  after = next;
  loss = losses[0]!;
  await boundary.release();
  await network.session.release();
});

const stateName = (name: string): string =>
  name.startsWith("fc") ? name.replace("fc", "classifier") : `backbone.${name}`;
const numbersOf = (state: TrainingState, name: string): Float32Array => state[name]!.data as Float32Array;
/** The momentum after the first step. */
const gradientOf = (name: string): Float32Array => numbersOf(after, `momentum_buffer.${stateName(name)}`);

it("has PyTorch's loss", () => {
  expect(Math.abs(loss / fixture.loss - 1)).toBeLessThan(1e-5);
});

it("trains all of PyTorch's parameters", () => {
  const trained = Object.keys(after).filter((name) => !name.startsWith("momentum_buffer."));
  expect(trained.sort()).toEqual(names.map(stateName).sort());
});

it("has PyTorch's gradient", () => {
  const errors = names.map((name) => distance(gradientOf(name), fixture.gradients[name]!));
  const lengths = names.map((name) => fixture.gradients[name]![0]!);
  // Of fourteen million outputs of ReLUs some are so near to zero that rounding decides: PyTorch's float32 is off by 5e-5,
  // with oneDNN by 8e-6.
  expect(Math.hypot(...errors) / Math.hypot(...lengths)).toBeLessThan(2e-4);
  for (const [i, name] of names.entries()) expect(errors[i]! / lengths[i]!, name).toBeLessThan(2e-3);
});

it("moves the weights against their gradients", () => {
  // The head's bias has a rate of its own.
  for (const name of names.filter((name) => name !== "fc.bias")) {
    const [weights, moved] = [numbersOf(before, stateName(name)), numbersOf(after, stateName(name))];
    const gradient = gradientOf(name);
    const error = moved.reduce(
      (most, weight, i) => Math.max(most, Math.abs(weight - weights[i]! + lr * gradient[i]!)),
      0,
    );
    expect(error, name).toBeLessThan(1e-7);
  }
});
