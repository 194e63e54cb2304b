// An exported folder written anew, its model in another form or in further ones: no data, no training.
import { RegraftError } from "../../errors.js";
import { decodeModel } from "../../onnx/proto.js";
import { readModel } from "../../onnx/read.js";
import type { ExportForms } from "../border/report.js";
import { type ExportedConfig, taskOf } from "../engine/classifier/exported-task.js";
import { parseJson } from "../engine/model/json.js";
import { type Files, join } from "../engine/platform.js";
import { cardFile, configFiles, type ExportedFiles, modelFile, ownFiles } from "./export.js";
import { checkFormsFor, formsOf, withForms } from "./forms.js";
import { inferenceForm } from "./inference-form.js";
import { isOurs, signed } from "./signature.js";

/**
 * All files of the folder as they are, but for a model that is to be folded, and the forms that are wanted made from it.
 * @throws RegraftError "file-access" when a file of an export is missing, "invalid-model" when regraft has not written it
 */
export async function reExportedFiles(folder: string, forms: ExportForms, files: Files): Promise<ExportedFiles> {
  const given = await modelIn(folder, files);
  const model = forms.foldBatchNorm ? signed(inferenceForm(readModel(given, { source: folder }), forms)) : given;
  const contents: ExportedFiles = new Map();
  for (const name of ownFiles) {
    const path = join(folder, name);
    const needed = name === modelFile || configFiles.includes(name);
    if (!needed && (await files.kind(path)) !== "file") continue;
    const bytes = await files.read(path);
    if (configFiles.includes(name)) {
      const json = parseJson<ExportedConfig>(new TextDecoder().decode(bytes), path);
      if (name === "config.json") checkFormsFor(taskOf(json), forms);
    }
    contents.set(name, name === modelFile ? model : bytes);
  }
  for (const [name, form] of formsOf(model, forms)) contents.set(name, form);
  const card = contents.get(cardFile);
  if (card) contents.set(cardFile, withForms(new TextDecoder().decode(card as Uint8Array), contents.keys(), forms));
  return contents;
}

async function modelIn(folder: string, files: Files): Promise<Uint8Array> {
  const path = join(folder, modelFile);
  const bytes = await files.read(path);
  if (isOurs(decodeModel(bytes, path))) return bytes;
  const reason = `regraft has not written its ${modelFile}`;
  const message = `${folder} is no export: ${reason}. Give a folder that \`regraft train\` or exportOnnx wrote.`;
  throw new RegraftError("invalid-model", { source: folder, reason }, message);
}
