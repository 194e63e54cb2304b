// From what the user calls a model (a name, a path, an exported folder, bytes) to a network ready to be cut.
import { defaultTransform, type ImageTransform } from "../datasets/transform.js";
import { RegraftError } from "../errors.js";
import { findImageInput } from "../heads/image-input.js";
import { fromPreprocessorConfig, type PreprocessorConfig } from "../models/preprocessor-config.js";
import { findModel } from "../models/registry.js";
import { externalFiles } from "../onnx/external-data.js";
import type { Model } from "../onnx/graph.js";
import { widenConstants } from "../onnx/passes/widen-constants.js";
import { decodeModel } from "../onnx/proto.js";
import { readModel } from "../onnx/read.js";
import { readJson } from "./json.js";
import { folderOf, join, type Platform } from "./platform.js";

export interface Pretrained {
  readonly model: Model;
  /** What messages and the model card call it. */
  readonly name: string;
  readonly transform: ImageTransform;
  /** Where the transform comes from, in words. */
  readonly transformReason: string;
  /** Hugging Face's name of the architecture, where it is known. */
  readonly modelType: string | undefined;
  readonly licence: string | undefined;
}

/** @throws RegraftError "model-not-found", "invalid-model", "unsupported-model", "file-access" */
export async function loadPretrained(platform: Platform, model: string | Uint8Array): Promise<Pretrained> {
  if (typeof model !== "string") {
    const name = "the model given as bytes";
    return { name, ...guess(await parse(model, name)) };
  }
  const kind = await platform.files.kind(model);
  if (kind === "directory") return fromFile(platform, join(model, "onnx/model.onnx"), model);
  // What looks like a path is one, so that a misspelt path is not taken for an unknown name.
  if (kind === "file" || /[/\\]|\.onnx$/i.test(model)) return fromFile(platform, model, folderOf(model));
  const { file, name, preprocessor, modelType, licence } = await findModel(platform.models, model);
  return {
    name,
    model: await parse(await platform.models.read(file), file),
    transform: fromPreprocessorConfig(preprocessor, `models/${name}.json`),
    transformReason: `the registry says so of ${name}`,
    modelType,
    licence,
  };
}

/** @param folder where the files that tell more of the model are looked for. */
async function fromFile(platform: Platform, path: string, folder: string): Promise<Pretrained> {
  const readBeside = (location: string) => platform.files.readBeside(path, location);
  const model = await parse(await platform.files.read(path), path, readBeside);
  const config = await readJson<{ model_type?: string }>(platform.files, join(folder, "config.json"));
  const preprocessor = await readJson<PreprocessorConfig>(platform.files, join(folder, "preprocessor_config.json"));
  const known = preprocessor && {
    transform: fromPreprocessorConfig(preprocessor, join(folder, "preprocessor_config.json")),
    transformReason: "the preprocessor_config.json beside it says so",
  };
  return { name: path, ...guess(model), ...known, modelType: config?.model_type };
}

/** ImageNet's usual recipe, at the size the model asks for: crop to it from an edge 8/7 as long, as in 256 to 224. */
function guess(model: Model): Omit<Pretrained, "name"> {
  const { height = 224, width = 224 } = findImageInput(model.graph, "the model");
  const shortestEdge = Math.round((Math.max(height, width) * 8) / 7);
  return {
    model,
    transform: { ...defaultTransform, resize: { shortestEdge }, crop: { height, width } },
    transformReason: "nothing says how photos are to be prepared, so ImageNet's usual mean, std and crop are taken",
    modelType: undefined,
    licence: undefined,
  };
}

/** Reads a model with the files it keeps its weights in; weights stored at half precision become float32. */
async function parse(bytes: Uint8Array, source: string, readBeside?: (location: string) => Promise<Uint8Array>) {
  const locations = externalFiles(decodeModel(bytes, source));
  if (locations.length > 0 && !readBeside) {
    const reason = `its weights are in other files (${locations.join(", ")})`;
    throw new RegraftError(
      "invalid-model",
      { source, reason },
      `${source} is not complete: ${reason}. Give the model's path instead of its bytes.`,
    );
  }
  const external = new Map<string, Uint8Array>();
  for (const location of locations) external.set(location, await readBeside!(location));
  const model = readModel(bytes, { source, external });
  return { ...model, graph: widenConstants(model.graph) };
}
