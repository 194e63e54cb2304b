// The exported folder: what ONNX Runtime, Python's transformers and optimum, and transformers.js all load as it is.
import { outputSize } from "../../datasets/transform.js";
import { RegraftError } from "../../errors.js";
import { modelTypeFor } from "../../models/model-types.js";
import { toPreprocessorConfig } from "../../models/preprocessor-config.js";
import type { Model } from "../../onnx/graph.js";
import { decodeModel } from "../../onnx/proto.js";
import { version } from "../../version.js";
import type { ExportForms } from "../border/report.js";
import { problemTypes } from "../engine/classifier/exported-task.js";
import { type Files, join } from "../engine/platform.js";
import { recordFile, trainingRecord } from "../report/training-record.js";
import type { CardInput } from "./card-input.js";
import { checkFormsFor, formFiles, formsOf, withForms } from "./forms.js";
import { inferenceForm } from "./inference-form.js";
import { modelCard } from "./model-card.js";
import { isOurs, signed } from "./signature.js";

export interface ExportInput extends CardInput {
  readonly model: Model;
  readonly forms: ExportForms;
}

/** Contents by path within the folder. */
export type ExportedFiles = Map<string, Uint8Array | string>;

export const modelFile = "onnx/model.onnx";
export const configFiles: readonly string[] = ["config.json", "preprocessor_config.json"];
export const cardFile = "README.md";
const plotFile = "lr-find.svg";

/** All that an export may consist of. */
export const ownFiles: readonly string[] = [modelFile, ...formFiles, ...configFiles, recordFile, cardFile, plotFile];

/**
 * Refuses a folder in which the export would replace files of somebody else: one that has a README.md or another of the
 * export's names, yet no model that regraft has written; and one in which another kind of thing bears such a name.
 * @throws RegraftError "file-access"
 */
export async function refuseForeignFolder(folder: string, files: Files): Promise<void> {
  const refuse = (reason: string): never => {
    throw new RegraftError(
      "file-access",
      { path: folder, operation: "write" },
      `Cannot export to ${folder}: ${reason}. Choose a new folder.`,
    );
  };
  const isExport = await holdsExport(folder, files);
  if ((await files.kind(join(folder, "onnx"))) === "file") refuse("it has a file where the folder onnx belongs");
  for (const name of ownFiles) {
    const kind = await files.kind(join(folder, name));
    if (kind === "directory") refuse(`it has a folder where the file ${name} belongs`);
    if (kind === "file" && !isExport) refuse(`it is no export, and its ${name} would be replaced`);
  }
}

async function holdsExport(folder: string, files: Files): Promise<boolean> {
  const path = join(folder, modelFile);
  if ((await files.kind(path)) !== "file") return false;
  try {
    return isOurs(decodeModel(await files.read(path), path));
  } catch {
    // Whatever cannot be read was not written by us.
    return false;
  }
}

/** All files of the folder. Equal input gives equal bytes. */
export async function exportFiles(input: ExportInput): Promise<ExportedFiles> {
  const { range } = input.report;
  checkFormsFor(input.task, input.forms);
  const model = signed(inferenceForm(withMetadata(input), input.forms));
  const files: ExportedFiles = new Map<string, Uint8Array | string>([
    [modelFile, model],
    ...formsOf(model, input.forms),
    ["config.json", json(config(input))],
    ["preprocessor_config.json", json(toPreprocessorConfig(input.network.transform))],
    [recordFile, `${JSON.stringify(trainingRecord(input))}\n`],
  ]);
  files.set(cardFile, withForms(modelCard(input), files.keys(), input.forms));
  if (range) {
    const { plotRange } = await import("../../lr-range/plot.js");
    files.set(plotFile, await plotRange(range.runs, range.suggestion));
  }
  return files;
}

/**
 * Writes an export. Files of an earlier one that this one has not are removed: they tell of another model.
 * @returns the files' paths within the folder
 * @throws RegraftError "file-access", also for a folder that is somebody else's
 */
export async function writeExport(folder: string, contents: ExportedFiles, files: Files): Promise<string[]> {
  await refuseForeignFolder(folder, files);
  const obsolete = ownFiles.filter((name) => !contents.has(name));
  await files.writeFolder(folder, contents, obsolete);
  return [...contents.keys()];
}

/** The classes under the names that other tools look for. */
function config({ pretrained, task, classes, thresholds }: ExportInput) {
  const { model_type, architectures } = modelTypeFor(pretrained.modelType);
  return {
    model_type,
    architectures,
    problem_type: problemTypes[task],
    num_labels: classes.length,
    id2label: Object.fromEntries(classes.map((label, id) => [id, label])),
    label2id: Object.fromEntries(classes.map((label, id) => [label, id])),
    ...(thresholds && { thresholds: Object.fromEntries(classes.map((label, id) => [label, thresholds[id]])) }),
    // In the browser transformers.js asks for a quantized file unless told otherwise, and there is none.
    "transformers.js_config": { dtype: "fp32" },
  };
}

/**
 * The file explains itself: ONNX's image metadata, the keys of Ultralytics' exports, which many tools read, and our own:
 * classes, how photos are prepared, and where all of it comes from.
 */
function withMetadata({ model, pretrained, network, task, classes, thresholds, report }: ExportInput): Model {
  const { height, width } = outputSize(network.transform);
  const metadata = {
    "Image.BitmapPixelFormat": "Rgb8",
    "Image.ColorSpaceGamma": "SRGB",
    task: task === "regression" ? "regress" : "classify",
    ...(task !== "single-label" && { problem_type: problemTypes[task] }),
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
      metrics: JSON.stringify({
        ...("accuracy" in report.validation ? { accuracy: report.validation.accuracy } : report.validation.metrics),
        loss: report.validation.loss,
      }),
    }),
    ...(thresholds && { thresholds: JSON.stringify(thresholds) }),
  };
  return { ...model, metadata: { ...model.metadata, ...metadata } };
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
