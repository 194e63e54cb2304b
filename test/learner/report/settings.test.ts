import { expect, it } from "vitest";
import { settingsOf } from "../../../src/learner/report/settings.js";
import { cardInput } from "../../helpers/cards.js";

const settings = (changes: Parameters<typeof cardInput>[0] = {}) =>
  Object.fromEntries(settingsOf(cardInput(changes)).map(({ name, value }) => [name, value]));

it("settingsOf names what a training was made of", () => {
  expect(settings()).toEqual({
    "Pretrained network": "tiny-net (Apache-2.0)",
    Cut: "it is so",
    "Preparation of the photos": "the registry says so of tiny-net",
    Head: "linear",
    Optimizer: "SGD, momentum 0.8 where a schedule sets no other, weight decay 0",
    Loss: "cross-entropy",
    "Batch size": "16",
    Seed: "7",
  });
});

it("settingsOf tells of what differs from the defaults", () => {
  const optimizer = {
    ...({ name: "adamw", beta1: 0.9, beta2: 0.99, eps: 1e-8, weightDecay: 0.01, decayBiasAndNorm: false } as const),
  };
  expect(
    settings({
      optimizer,
      head: { kind: "mlp", hidden: [512], dropout: 0.5 },
      loss: { name: "cross-entropy", labelSmoothing: 0.1, classWeights: { cat: 2 } },
      clipNorm: 1,
      batchNorm: "trained",
    }),
  ).toMatchObject({
    Head: "hidden layers of 512, batch normalisation, dropout 0.5",
    Optimizer:
      "AdamW, β₁ 0.9, β₂ 0.99, ε 1e-8 where a schedule sets no other, weight decay 0.01 (none of biases and norms)",
    Loss: "cross-entropy, label smoothing 0.1, class weights cat 2",
    "Gradients clipped to norm": "1",
    "Batch normalisations": "by the statistics of each batch",
  });
  expect(settings({ loss: { name: "cross-entropy", labelSmoothing: 0, classWeights: "balanced" } }).Loss).toBe(
    "cross-entropy, classes weighted by their rarity",
  );
});

it("settingsOf names the losses of labels and of values", () => {
  expect(settings({ loss: { name: "bce", posWeights: "balanced" } }).Loss).toBe(
    "binary cross-entropy, labels weighted by their rarity",
  );
  expect(settings({ loss: { name: "bce", posWeights: { sun: 3 } } }).Loss).toBe(
    "binary cross-entropy, label weights sun 3",
  );
  expect(settings({ loss: { name: "bce", posWeights: undefined } }).Loss).toBe("binary cross-entropy");
  expect(settings({ loss: { name: "mse" } }).Loss).toBe("squared error");
  expect(settings({ loss: { name: "mae" } }).Loss).toBe("absolute error");
});
