// What a training comes to on paper: for tests of model cards' and reports' parts.
import { defaultTransform } from "../../src/datasets/transform.js";
import type { FitRecord } from "../../src/learner/border/report.js";
import { labelConfusion } from "../../src/learner/engine/training/label-metrics.js";
import { labelValidation, valueValidation } from "../../src/learner/engine/training/other-validations.js";
import type { LrRange } from "../../src/learner/engine/training/range.js";
import { validation } from "../../src/learner/engine/training/validation.js";
import type { CardInput } from "../../src/learner/export/card-input.js";
import type { ReportInput } from "../../src/learner/report/report-input.js";
import { trainingRecord } from "../../src/learner/report/training-record.js";
import { tinyModel } from "./tiny-network.js";

const model = tinyModel();
const cut = { frozen: model.graph, featureCount: 3, route: [], classes: 2, logits: undefined, reason: "it is so" };
const session = {
  ...{ inputNames: [], outputNames: [], outputShapes: [] },
  ...{ run: async () => ({}), runOnDevice: async () => ({}), release: async () => {} },
};
const epoch = (number: number, trainLoss: number, validLoss: number, accuracy: number) => ({
  ...{ epoch: number, trainLoss, validLoss, accuracy, metrics: { accuracy, macroF1: accuracy / 2 }, seconds: 0.25 },
});

export const headFit: FitRecord = {
  call: "fitOneCycle(2, 0.005906438)",
  planned: 2,
  groups: [{ name: "head", lr: 0.0059 }],
  lrs: [0.001, 0.0059, 0.002, 0],
  epochs: [epoch(0, 0.8, 0.5, 0.5), epoch(1, 0.4, 0.25, 0.75)],
};
export const layersFit: FitRecord = {
  call: "fit(3, [0.00001,0.001])",
  planned: 3,
  groups: [
    { name: "8×8", lr: 1e-5 },
    { name: "head", lr: 1e-3 },
  ],
  lrs: [1e-3, 1e-3, 1e-3],
  epochs: [epoch(2, 0.3, 0.2, 0.75)],
};

const curve = {
  ...{ lrs: [1e-3, 1e-2, 0.1], losses: [1, 0.5, 0.25], smoothed: [1, 0.75, 0.5] },
  ...{ beta: 0.9, steps: 3, stopped: "end" as const },
};
export const range: LrRange = {
  curve,
  runs: [curve, { ...curve, smoothed: [1, 0.7, 0.6] }],
  suggestion: {
    ...{ lr: 0.01, rule: "lesson", reason: "0.01 is the largest rate.", warnings: ["The rules disagree."] },
    rules: { lesson: 0.01, valley: null, steep: null, minimum: null, slide: null },
  },
};

export const cardInput = (changes: Partial<CardInput["spec"]> = {}): CardInput => ({
  pretrained: {
    ...{ name: "models/tiny-net.onnx", title: "tiny-net", sha256: "", model, transform: defaultTransform },
    ...{ transformReason: "the registry says so of tiny-net", modelType: "resnet", licence: "Apache-2.0" },
    ...{ cut: undefined, layerGroups: undefined, config: undefined, notices: [] },
  },
  network: { session, featureCount: 3, model, whole: model.graph, cut, transform: defaultTransform },
  spec: {
    model: "tiny-net",
    data: { kind: "list", task: "single-label", items: [], validFraction: 0.2, seed: 42 },
    head: { kind: "linear" },
    cut: undefined,
    layerGroups: undefined,
    optimizer: { name: "sgd", momentum: 0.8, nesterov: false, weightDecay: 0, decayBiasAndNorm: true },
    clipNorm: undefined,
    microBatch: undefined,
    batchNorm: "frozen",
    loss: { name: "cross-entropy", labelSmoothing: 0, classWeights: undefined },
    metrics: ["accuracy"],
    device: { name: "cpu", threads: undefined },
    cache: { memoryLimit: 1, folder: undefined },
    seed: 7,
    batchSize: 16,
    batches: "shuffled",
    augment: undefined,
    image: { maxSkipped: 0.1 },
    ...changes,
  },
  task: "single-label",
  classes: ["cat", "dog"],
  report: {
    fits: [headFit, layersFit],
    range,
    validation: undefined,
    photos: { train: 12, valid: 4, skipped: 1 },
  },
});

/** Four photos, one of three cats taken for a dog. */
export function reportInput(classes: readonly string[] = ["cat", "dog"]): ReportInput {
  const labels = Int32Array.of(0, 1, 0, 0);
  const result = validation({ logits: Float32Array.of(2, 1, 0, 3, 0, 1, 1, 1), loss: 0.123456 }, labels, classes, []);
  const photo = Uint8Array.of(255, 216, 255, 224);
  return {
    task: "single-label",
    model: "my-model",
    interpretation: {
      ...result,
      ...{ classes, photos: 4, withoutHeatMaps: undefined },
      mostConfused: [{ actual: classes[0]!, predicted: classes[1]!, count: 1 }],
      topLosses: [
        {
          ...{ name: "valid/cat/3.jpg", actual: classes[0]!, predicted: classes[1]!, loss: 1.3133 },
          ...{ probability: 0.7311, probabilityOfActual: 0.2689, photo, heatMap: photo },
        },
        {
          ...{ name: "valid/cat/4.jpg", actual: classes[0]!, predicted: classes[0]!, loss: 0.6932 },
          ...{ probability: 0.5, probabilityOfActual: 0.5, photo, heatMap: undefined },
        },
      ],
    },
    skipped: [{ image: "valid/cat/broken.jpg", reason: "it is empty" }],
    record: trainingRecord({ ...cardInput(), classes }),
  };
}

const photo = Uint8Array.of(255, 216, 255, 224);
const epochsOf = (metrics: readonly Readonly<Record<string, number>>[]): FitRecord => ({
  ...{ call: "fit(2, 0.01)", planned: metrics.length, groups: [{ name: "head", lr: 0.01 }] },
  epochs: metrics.map((each, epoch) => ({ epoch, trainLoss: 1, validLoss: 0.5, metrics: each, seconds: 0.25 })),
});

/** What four photos have, and what is said of them: sky sea | sky, sea | dog, dog | dog, nothing | sea. */
export const labelOutcome = {
  names: ["sky", "sea", "dog"],
  thresholds: [0.5, 0.5, 0.5],
  labels: Float32Array.of(1, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0),
  logits: Float32Array.of(2, -1, -3, -2, -1, 3, -3, -3, 2, -2, 1, -4),
};

/** Of these photos. */
export function labelReportInput(): ReportInput<"multi-label"> {
  const classes = labelOutcome.names;
  const { report, ...input } = cardInput();
  const fits = [
    epochsOf([
      { f1: 0.5, mAP: 0.6 },
      { f1: 0.75, mAP: 0.9 },
    ]),
  ];
  return {
    task: "multi-label",
    model: "my-model",
    interpretation: {
      ...labelValidation(labelOutcome, 0.25, ["f1", "mAP"]),
      ...{ classes, photos: 4, withoutHeatMaps: undefined, confusion: labelConfusion(labelOutcome) },
      mostConfused: [{ actual: "sea", predicted: "dog", count: 1 }],
      topLosses: [
        {
          ...{ name: "1.jpg", actual: ["sea"], predicted: ["dog"], loss: 1.5, label: "dog", probability: 0.9526 },
          ...{ photo, heatMap: photo },
        },
        {
          ...{ name: "2.jpg", actual: ["dog"], predicted: ["dog"], loss: 0.0719, label: "dog", probability: 0.8808 },
          ...{ photo, heatMap: undefined },
        },
      ],
    },
    skipped: [],
    record: trainingRecord({ ...input, classes, task: "multi-label", report: { ...report, fits } }),
  };
}

/** Radii 10, 20, 30, 40, of which 12, 18, 30, 36 were said. */
export const valueOutcome = {
  names: ["radius"],
  actual: Float32Array.of(10, 20, 30, 40),
  predicted: Float32Array.of(12, 18, 30, 36),
};

export function valueReportInput(): ReportInput<"regression"> {
  const { names: classes, actual, predicted } = valueOutcome;
  const { report, ...input } = cardInput();
  const fits = [
    epochsOf([
      { mae: 9, r2: -4 },
      { mae: 2, r2: 0.952 },
    ]),
  ];
  return {
    task: "regression",
    model: "my-model",
    interpretation: {
      ...valueValidation({ logits: predicted, loss: 0.048 }, actual, classes, ["mae", "r2"]),
      ...{ classes, photos: 4, actual, predicted },
      topLosses: [{ name: "3.png", actual: { radius: 40 }, predicted: { radius: 36 }, loss: 0.128, photo }],
    },
    skipped: [],
    record: trainingRecord({ ...input, classes, task: "regression", report: { ...report, fits } }),
  };
}
