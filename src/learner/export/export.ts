// The exported folder: what ONNX Runtime, Python's transformers and optimum, and transformers.js all load as it is.
import { outputSize } from "../../datasets/transform.js";
import { RegraftError } from "../../errors.js";
import { plotRange } from "../../lr-range/plot.js";
import { modelTypeFor } from "../../models/model-types.js";
import { toPreprocessorConfig } from "../../models/preprocessor-config.js";
import type { Model } from "../../onnx/graph.js";
import { decodeModel, edit, encodeModel, type ModelProto } from "../../onnx/proto.js";
import { toProto } from "../../onnx/write.js";
import { version } from "../../version.js";
import { type Files, join } from "../engine/platform.js";
import { type CardInput, modelCard } from "./model-card.js";

export interface ExportInput extends CardInput {
  readonly model: Model;
}

/**
 * Refuses a folder in which the export would replace files of somebody else: one that has a README.md or another of the
 * export's names, yet no model that regraft has written.
 * @throws RegraftError "file-access"
 */
export async function refuseForeignFolder(folder: string, files: Files): Promise<void> {
  if (await isExport(join(folder, modelFile), files)) return;
  for (const name of [modelFile, "config.json", "preprocessor_config.json", "README.md", plotFile]) {
    if ((await files.kind(join(folder, name))) === undefined) continue;
    throw new RegraftError(
      "file-access",
      { path: folder, operation: "write" },
      `Cannot export to ${folder}: it is no export, and its ${name} would be replaced. Choose a new folder.`,
    );
  }
}

async function isExport(path: string, files: Files): Promise<boolean> {
  if ((await files.kind(path)) !== "file") return false;
  try {
    return decodeModel(await files.read(path), path).producer_name === producer;
  } catch {
    // Whatever cannot be read was not written by us.
    return false;
  }
}

const producer = "regraft";
const modelFile = "onnx/model.onnx";
const plotFile = "lr-find.svg";

/** All files of the folder by their path in it. Equal input gives equal bytes. */
export async function exportFiles(input: ExportInput): Promise<Map<string, Uint8Array | string>> {
  const { range } = input.report;
  const files = new Map<string, Uint8Array | string>([
    [modelFile, signed(toProto(withMetadata(input)))],
    ["config.json", json(config(input))],
    ["preprocessor_config.json", json(toPreprocessorConfig(input.network.transform))],
    ["README.md", modelCard(input)],
  ]);
  if (range) files.set(plotFile, await plotRange(range.runs, range.suggestion));
  return files;
}

/** The classes under the names that other tools look for. */
function config({ pretrained, classes }: ExportInput) {
  const { model_type, architectures } = modelTypeFor(pretrained.modelType);
  return {
    model_type,
    architectures,
    problem_type: "single_label_classification",
    num_labels: classes.length,
    id2label: Object.fromEntries(classes.map((label, id) => [id, label])),
    label2id: Object.fromEntries(classes.map((label, id) => [label, id])),
    // In the browser transformers.js asks for a quantized file unless told otherwise, and there is none.
    "transformers.js_config": { dtype: "fp32" },
  };
}

/**
 * The file explains itself: ONNX's image metadata, the keys of Ultralytics' exports, which many tools read, and our own:
 * classes, how photos are prepared, and where all of it comes from.
 */
function withMetadata({ model, pretrained, network, classes, report }: ExportInput): Model {
  const { height, width } = outputSize(network.transform);
  const metadata = {
    "Image.BitmapPixelFormat": "Rgb8",
    "Image.ColorSpaceGamma": "SRGB",
    task: "classify",
    // A dict in Python's notation, which JSON's strings are part of.
    names: `{${classes.map((label, id) => `${id}: ${JSON.stringify(label)}`).join(", ")}}`,
    imgsz: JSON.stringify([height, width]),
    channels: "3",
    labels: JSON.stringify(classes),
    id2label: JSON.stringify(Object.fromEntries(classes.map((label, id) => [id, label]))),
    preprocess: JSON.stringify(toPreprocessorConfig(network.transform)),
    base_model: pretrained.title,
    base_model_sha256: pretrained.sha256,
    ...(pretrained.licence && { license: pretrained.licence }),
    sdk_version: version,
    train_args: JSON.stringify(report.fits.map(({ call }) => call)),
    ...(report.validation && {
      metrics: JSON.stringify({ accuracy: report.validation.accuracy, loss: report.validation.loss }),
    }),
  };
  return { ...model, metadata: { ...model.metadata, ...metadata } };
}

const signed = (model: ModelProto): Uint8Array =>
  encodeModel(edit(model, { producer_name: producer, producer_version: version }));

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
