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
import { baseName, folderOf, join, type Platform } from "./platform.js";

/** How photos are prepared for a network, and where that comes from, in words. */
export interface Preparation {
  readonly transform: ImageTransform;
  readonly transformReason: string;
}

export interface Pretrained extends Preparation {
  readonly model: Model;
  /** What messages call it: a path as it was given, say. */
  readonly name: string;
  /** What files that others read call it: a name without folders. */
  readonly title: string;
  /** Hugging Face's name of the architecture, where it is known. */
  readonly modelType: string | undefined;
  readonly licence: string | undefined;
}

/** @throws RegraftError "model-not-found", "invalid-model", "unsupported-model", "file-access" */
export async function loadPretrained(platform: Platform, model: string | Uint8Array): Promise<Pretrained> {
  const found = await findPretrained(platform, model);
  return { ...found, ...preparationOf(found) };
}

/** A network that was found, be it an image model or not, with what the files beside it say of the preparation. */
export type FoundModel = Omit<Pretrained, keyof Preparation> & { readonly stated: Preparation | undefined };

/** @throws RegraftError "model-not-found", "invalid-model", "file-access" */
export async function findPretrained(platform: Platform, model: string | Uint8Array): Promise<FoundModel> {
  if (typeof model !== "string") {
    const name = "the model given as bytes";
    const unknown = { stated: undefined, modelType: undefined };
    const parsed = await parse(model, name);
    return { name, title: "a model of unknown origin", model: parsed, ...unknown, licence: parsed.metadata.license };
  }
  const kind = await platform.files.kind(model);
  if (kind === "directory") return fromFile(platform, join(model, "onnx/model.onnx"), model);
  // What looks like a path is one, so that a misspelt path is not taken for an unknown name.
  if (kind === "file" || /[/\\]|\.onnx$/i.test(model)) return fromFile(platform, model, modelFolderOf(model));
  const { file, name, preprocessor, modelType, licence } = await findModel(platform.models, model);
  const stated = {
    transform: fromPreprocessorConfig(preprocessor, `models/${name}.json`),
    transformReason: `the registry says so of ${name}`,
  };
  const parsed = await parse(await platform.models.read(file), file);
  return { name, title: name, model: parsed, stated, modelType, licence };
}

/** Hugging Face's layout keeps the .onnx file in `onnx/`, below what tells more of the model. */
function modelFolderOf(path: string): string {
  const folder = folderOf(path);
  return /(^|[/\\])onnx$/.test(folder) ? folderOf(folder) : folder;
}

/** @param folder where the files that tell more of the model are looked for. */
async function fromFile(platform: Platform, path: string, folder: string): Promise<FoundModel> {
  const readBeside = (location: string) => platform.files.readBeside(path, location);
  const model = await parse(await platform.files.read(path), path, readBeside);
  const config = await readJson<{ model_type: unknown }>(platform.files, join(folder, "config.json"));
  const preprocessor = await readJson<PreprocessorConfig>(platform.files, join(folder, "preprocessor_config.json"));
  const stated = preprocessor && {
    transform: fromPreprocessorConfig(preprocessor, join(folder, "preprocessor_config.json")),
    transformReason: "the preprocessor_config.json beside it says so",
  };
  const modelType = typeof config?.model_type === "string" ? config.model_type : undefined;
  const title = baseName(path.endsWith("/onnx/model.onnx") ? folder : path);
  return { name: path, title, model, stated, modelType, licence: model.metadata.license };
}

/**
 * What is stated, or else ImageNet's usual recipe at the size the model asks for: crop to it from an edge 8/7 as long,
 * as in 256 to 224.
 * @throws RegraftError "unsupported-model" when nothing is stated and it is no image model
 */
export function preparationOf({ stated, model, name }: FoundModel): Preparation {
  if (stated) return stated;
  const { height = 224, width = 224 } = findImageInput(model.graph, name);
  const shortestEdge = Math.round((Math.max(height, width) * 8) / 7);
  return {
    transform: { ...defaultTransform, resize: { shortestEdge }, crop: { height, width } },
    transformReason: "nothing says how photos are to be prepared, so ImageNet's usual mean, std and crop are taken",
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
