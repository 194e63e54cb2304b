// The exported folder: what ONNX Runtime, Python's transformers and optimum, and transformers.js all load as it is.
import { plotRange } from "../lr-range/plot.js";
import { toPreprocessorConfig } from "../models/preprocessor-config.js";
import type { Model } from "../onnx/graph.js";
import { writeModel } from "../onnx/write.js";
import { type CardInput, modelCard } from "./model-card.js";

export interface ExportInput extends CardInput {
  readonly model: Model;
}

/** All files of the folder by their path in it. Equal input gives equal bytes. */
export async function exportFiles(input: ExportInput): Promise<Map<string, Uint8Array | string>> {
  const { range } = input.report;
  const files = new Map<string, Uint8Array | string>([
    ["onnx/model.onnx", writeModel(withMetadata(input))],
    ["config.json", json(config(input))],
    ["preprocessor_config.json", json(toPreprocessorConfig(input.network.transform))],
    ["README.md", modelCard(input)],
  ]);
  if (range) files.set("lr-find.svg", await plotRange(range.runs, range.suggestion));
  return files;
}

/** The classes under the names that other tools look for; see design.md on config.json's model_type. */
function config({ pretrained, classes }: ExportInput) {
  const modelType = pretrained.modelType ?? "resnet";
  return {
    model_type: modelType,
    architectures: [architectures.get(modelType) ?? "ResNetForImageClassification"],
    problem_type: "single_label_classification",
    num_labels: classes.length,
    id2label: Object.fromEntries(classes.map((label, id) => [id, label])),
    label2id: Object.fromEntries(classes.map((label, id) => [label, id])),
    // In the browser transformers.js asks for a quantized file unless told otherwise, and there is none.
    "transformers.js_config": { dtype: "fp32" },
  };
}

const architectures: ReadonlyMap<string, string> = new Map([
  ["efficientnet", "EfficientNetForImageClassification"],
  ["resnet", "ResNetForImageClassification"],
]);

/** The file explains itself: classes, how photos are prepared, and where it comes from. */
function withMetadata({ model, pretrained, network, classes, report }: ExportInput): Model {
  const metadata = {
    "Image.BitmapPixelFormat": "Rgb8",
    "Image.ColorSpaceGamma": "SRGB",
    labels: JSON.stringify(classes),
    id2label: JSON.stringify(Object.fromEntries(classes.map((label, id) => [id, label]))),
    preprocess: JSON.stringify(toPreprocessorConfig(network.transform)),
    task: "image-classification",
    base_model: pretrained.name,
    ...(pretrained.licence && { license: pretrained.licence }),
    train_args: JSON.stringify(report.fits.map(({ call }) => call)),
    ...(report.validation && {
      metrics: JSON.stringify({ accuracy: report.validation.accuracy, loss: report.validation.loss }),
    }),
  };
  return { ...model, metadata: { ...model.metadata, ...metadata } };
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
