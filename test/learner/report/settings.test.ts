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
    Head: "1 hidden layer (512) with batch normalisation and dropout 0.5",
    Optimizer:
      "AdamW, β₁ 0.9 where a schedule sets no other, β₂ 0.99, ε 1e-8, weight decay 0.01 (none of biases and norms)",
    Loss: "cross-entropy, label smoothing 0.1, weights of classes: cat 2",
    "Gradients clipped to norm": "1",
    "Batch normalisations of trained layers": "by the statistics of each batch, their running ones learnt",
  });
  expect(settings({ loss: { name: "cross-entropy", labelSmoothing: 0, classWeights: "balanced" } }).Loss).toBe(
    "cross-entropy, classes weighted by rarity",
  );
});

it("settingsOf tells of SGD with Nesterov, of a classifier that is gone on with, and of stratified batches", () => {
  const optimizer = { name: "sgd", momentum: 0.9, nesterov: true, weightDecay: 0.01, decayBiasAndNorm: true } as const;
  expect(settings({ optimizer, head: { kind: "pretrained" }, batches: "stratified" })).toMatchObject({
    Head: "linear, from the model's own classifier on",
    Optimizer: "SGD with Nesterov, momentum 0.9 where a schedule sets no other, weight decay 0.01",
    "Batch size": "16, stratified",
  });
});

it("settingsOf names the losses of labels and of values", () => {
  expect(settings({ loss: { name: "bce", posWeights: "balanced" } }).Loss).toBe(
    "binary cross-entropy of each label, photos that have a label weighted by rarity",
  );
  expect(settings({ loss: { name: "bce", posWeights: { sun: 3 } } }).Loss).toBe(
    "binary cross-entropy of each label, weights of photos that have a label: sun 3",
  );
  expect(settings({ loss: { name: "bce", posWeights: undefined } }).Loss).toBe("binary cross-entropy of each label");
  expect(settings({ loss: { name: "mse" } }).Loss).toBe("mean squared error, in standard deviations of the values");
  expect(settings({ loss: { name: "huber", delta: 0.5 } }).Loss).toBe(
    "Huber's with δ 0.5, in standard deviations of the values",
  );
  expect(settings({ loss: { name: "mae" } }).Loss).toBe("mean absolute error, in standard deviations of the values");
});
