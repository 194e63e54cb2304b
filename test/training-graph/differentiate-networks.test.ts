// The gradients of whole networks against PyTorch's, see ../fixtures/make_gradients.py.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Head } from "../../src/heads/head.js";
import { sgd } from "../../src/optimizers/sgd.js";
import { relativeDifference } from "../helpers/difference.js";
import { batchCount, networkFixture, networkOf } from "../helpers/gradient-fixtures.js";
import { type GradientRunner, gradientRunner, train } from "../helpers/gradient-steps.js";
import { checkNetworkGradients } from "../helpers/network-gradients.js";

const names = [
  ...["resnet34", "mobilenet-v2", "mobilenet-v3", "efficientnet-lite0", "squeezenet", "densenet"],
  ...["shufflenet-v2", "regnet", "convnext", "vit", "vit-hf"],
];

describe.each(names)("%s", (name) => {
  const fixture = networkFixture(name);
  const { training, zero, gradients } = fixture;
  let head: Head;
  let runner: GradientRunner;
  beforeAll(async () => {
    head = await networkOf(name);
    runner = await gradientRunner(head);
    // DenseNet's hundreds of operators take some seconds, on a busy machine more than the ten that hooks have.
  }, 60_000);
  afterAll(() => runner?.release());

  it("trains all of PyTorch's parameters", () => {
    expect(Object.keys(head.parameters).sort()).toEqual(Object.keys(gradients).sort());
  });

  it.each(Array.from({ length: batchCount }, (_, index) => index))(
    "has PyTorch's gradients on batch %i",
    async (index) => {
      const found = await runner.run(index, { ...head.parameters, ...head.buffers });
      checkNetworkGradients(found, fixture, index);
    },
  );

  it("sums up the same from parts of a batch", async () => {
    const weights = { ...head.parameters, ...head.buffers };
    const whole = await runner.run(0, weights);
    const inParts = await runner.run(0, weights, [1, 3]);
    for (const weight of Object.keys(gradients).filter((weight) => !zero.includes(weight)))
      expect(relativeDifference(inParts.gradients[weight]!, whole.gradients[weight]!), weight).toBeLessThan(1e-4);
  });

  it("learns a batch by plain descent", async () => {
    const { losses } = await train(head, runner, {
      optimizer: sgd({ momentum: 0 }),
      steps: training.losses.length,
      ...{ batchOf: () => 0, lr: [training.lr], groupOf: () => 0 },
    });
    expect(losses.at(-1)!).toBeLessThan(0.7 * losses[0]!);
  });
});
