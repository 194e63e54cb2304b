// From what the user calls a model (a name, a path, an exported folder, bytes) to a network ready to be cut.
import { defaultTransform, type ImageTransform, validateTransform } from "../../datasets/transform.js";
import { RegraftError } from "../../errors.js";
import { findImageInput } from "../../heads/image-input.js";
import { fromPreprocessorConfig, type PreprocessorConfig } from "../../models/preprocessor-config.js";
import { findModel } from "../../models/registry.js";
import { externalFiles } from "../../onnx/external-data.js";
import type { Model } from "../../onnx/graph.js";
import { widenConstants } from "../../onnx/passes/widen-constants.js";
import { decodeModel } from "../../onnx/proto.js";
import { modelOf } from "../../onnx/read.js";
import { parseJson, readJson } from "./json.js";
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
  /** Of the model's file, in hexadecimal; files with external data it refers to are not part of it. */
  readonly sha256: string;
  /** Hugging Face's name of the architecture, where it is known. */
  readonly modelType: string | undefined;
  readonly licence: string | undefined;
}

/**
 * @param image overrides of the preparation.
 * @throws RegraftError "model-not-found", "invalid-model", "unsupported-model", "file-access"
 */
export async function loadPretrained(
  platform: Platform,
  model: string | Uint8Array,
  image: Partial<ImageTransform> = {},
): Promise<Pretrained> {
  const found = await findPretrained(platform, model);
  return { ...found, ...preparationOf(found, image) };
}

/** A network that was found, be it an image model or not. */
export interface FoundModel extends Omit<Pretrained, keyof Preparation> {
  /** What the model's files or the registry say of the preparation. */
  readonly stated: StatedPreparation | undefined;
}

interface StatedPreparation {
  readonly config: Partial<PreprocessorConfig>;
  /** Where it stands, for errors. */
  readonly source: string;
  /** The same in words for everybody: without the caller's folders. */
  readonly reason: string;
}

/** @throws RegraftError "model-not-found", "invalid-model", "file-access" */
export async function findPretrained(platform: Platform, model: string | Uint8Array): Promise<FoundModel> {
  if (typeof model !== "string") {
    const name = "the model given as bytes";
    const parsed = await parse(model, name);
    const stated = statedInside(parsed.model, name);
    const { license: licence } = parsed.model.metadata;
    return { name, title: "a model of unknown origin", ...parsed, stated, modelType: undefined, licence };
  }
  const kind = await platform.files.kind(model);
  if (kind === "directory") return fromFile(platform, join(model, "onnx/model.onnx"), model);
  // What looks like a path is one, so that a misspelt path is not taken for an unknown name.
  if (kind === "file" || /[/\\]|\.onnx$/i.test(model)) return fromFile(platform, model, modelFolderOf(model));
  const { file, name, preprocessor, modelType, licence } = await findModel(platform.models, model);
  const reason = `the registry says so of ${name}`;
  const stated = { config: preprocessor, source: `models/${name}.json`, reason };
  const parsed = await parse(await platform.models.read(file), file);
  return { name, title: name, ...parsed, stated, modelType, licence };
}

/** Hugging Face's layout keeps the .onnx file in `onnx/`, below what tells more of the model. */
function modelFolderOf(path: string): string {
  const folder = folderOf(path);
  return /(^|[/\\])onnx$/.test(folder) ? folderOf(folder) : folder;
}

/** @param folder where the files that tell more of the model are looked for. */
async function fromFile(platform: Platform, path: string, folder: string): Promise<FoundModel> {
  const readBeside = (location: string) => platform.files.readBeside(path, location);
  const { model, sha256 } = await parse(await platform.files.read(path), path, readBeside);
  // Of config.json only a hint is wanted, and beside a lone .onnx file it may be anybody's.
  const config = await readJson<{ model_type: unknown }>(platform.files, join(folder, "config.json")).catch(
    () => undefined,
  );
  const source = join(folder, "preprocessor_config.json");
  const preprocessor = await readJson<PreprocessorConfig>(platform.files, source);
  const reason = "the preprocessor_config.json beside it says so";
  const stated = preprocessor ? { config: preprocessor, source, reason } : statedInside(model, path);
  const modelType = typeof config?.model_type === "string" ? config.model_type : undefined;
  const title = baseName(path.endsWith("/onnx/model.onnx") ? folder : path);
  return { name: path, title, model, sha256, stated, modelType, licence: model.metadata.license };
}

/** What an export says of itself in its metadata, for those who have the file alone. */
function statedInside({ metadata: { preprocess } }: Model, name: string): StatedPreparation | undefined {
  if (preprocess === undefined) return undefined;
  const source = `the metadata of ${name}`;
  return { config: parseJson<PreprocessorConfig>(preprocess, source), source, reason: "its own metadata says so" };
}

/**
 * What is stated, or else ImageNet's usual recipe at the size the model asks for: crop to it from an edge 8/7 as long,
 * as in 256 to 224. On top of either, `image`; where that says everything, nothing else is looked at.
 * @throws RegraftError "unsupported-model" when what is stated cannot be followed, or nothing is and it is no image
 * model; "invalid-argument" for a senseless `image`
 */
export function preparationOf(found: FoundModel, image: Partial<ImageTransform> = {}): Preparation {
  const { transform, transformReason } = unchanged(found, image);
  return { transform: validateTransform({ ...transform, ...image }), transformReason };
}

function unchanged({ stated, model, name }: FoundModel, image: Partial<ImageTransform>): Preparation {
  if (image.resize && image.mean && image.std) {
    const { crop: _, ...transform } = defaultTransform;
    return { transform, transformReason: "the option `image` says so" };
  }
  if (stated)
    return { transform: fromPreprocessorConfig(stated.config, stated.source), transformReason: stated.reason };
  const { height = 224, width = 224 } = findImageInput(model.graph, name);
  const shortestEdge = Math.round((Math.max(height, width) * 8) / 7);
  return {
    transform: { ...defaultTransform, resize: { shortestEdge }, crop: { height, width } },
    transformReason: "nothing says how photos are to be prepared, so ImageNet's usual mean, std and crop are taken",
  };
}

/** Reads a model with the files it keeps its weights in; weights stored at half precision become float32. */
async function parse(bytes: Uint8Array, source: string, readBeside?: (location: string) => Promise<Uint8Array>) {
  const decoded = decodeModel(bytes, source);
  const locations = externalFiles(decoded);
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
  const model = modelOf(decoded, { source, external });
  const sha256 = hex(await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>));
  return { model: { ...model, graph: widenConstants(model.graph) }, sha256 };
}

const hex = (digest: ArrayBuffer): string =>
  Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
