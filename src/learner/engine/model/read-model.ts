// From a model's file, wherever it lies, to its graph, and to what the files around it say of it.
import { RegraftError } from "../../../errors.js";
import type { PreprocessorConfig } from "../../../models/preprocessor-config.js";
import { externalFiles } from "../../../onnx/external-data.js";
import type { Model } from "../../../onnx/graph.js";
import { prune } from "../../../onnx/passes/prune.js";
import { singlePrecision } from "../../../onnx/passes/single-precision.js";
import { decodeModel } from "../../../onnx/proto.js";
import { modelOf } from "../../../onnx/read.js";
import { join } from "../platform.js";
import { sha256 } from "../sha256.js";
import { parseJson } from "./json.js";

/** A network that was found, be it an image model or not. */
export interface FoundModel {
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
  /** The value to cut at, where the registry names one. */
  readonly cut: string | undefined;
  /** The values that end its layer groups, where the registry names them. */
  readonly layerGroups: readonly string[] | undefined;
  /** What the model's files or the registry say of the preparation. */
  readonly stated: StatedPreparation | undefined;
  /** The text of its config.json, if it has one. */
  readonly config: string | undefined;
  /** What the user should know of how it was found, in sentences. */
  readonly notices: readonly string[];
}

export interface StatedPreparation {
  readonly config: Partial<PreprocessorConfig>;
  /** Where it stands, for errors. */
  readonly source: string;
  /** The same in words for everybody: without the caller's folders. */
  readonly reason: string;
}

/** A model's file and the ways to those that belong to it. */
export interface ModelSource {
  readonly name: string;
  readonly title: string;
  readonly bytes: Uint8Array;
  /** Of `bytes`, where it has been reckoned. */
  readonly sha256?: string;
  /** Reads a data file that the model names, relative to its own place; absent when there can be none. */
  readonly readData?: (location: string) => Promise<Uint8Array>;
  /** Reads a file that tells more of the model, if there is one. */
  readonly readBeside: (file: string) => Promise<Uint8Array | undefined>;
  /** Where `readBeside` reads, for errors. */
  readonly folder: string;
}

/** @throws RegraftError "invalid-model", and what the source's functions throw */
export async function readModelSource(source: ModelSource): Promise<FoundModel> {
  const { name, title, folder, readBeside } = source;
  const { model, sha256 } = await parseModel(source);
  const text = async (file: string): Promise<string | undefined> => {
    const bytes = await readBeside(file);
    return bytes && new TextDecoder().decode(bytes);
  };
  // It is a hint, and beside a lone .onnx file it may be anybody's.
  const config = await text("config.json").catch(() => undefined);
  const preprocessor = await text("preprocessor_config.json");
  return {
    model,
    name,
    title,
    sha256,
    modelType: config === undefined ? undefined : modelTypeIn(config),
    licence: model.metadata.license,
    cut: undefined,
    layerGroups: undefined,
    config,
    stated:
      preprocessor === undefined
        ? statedInside(model, name)
        : statedBeside(preprocessor, join(folder, "preprocessor_config.json")),
    notices: [],
  };
}

/** Reads a model with the files it keeps its weights in; weights stored at half precision become float32. */
export async function parseModel({
  bytes,
  name,
  readData,
  ...known
}: Pick<ModelSource, "bytes" | "name" | "readData" | "sha256">): Promise<Pick<FoundModel, "model" | "sha256">> {
  const decoded = decodeModel(bytes, name);
  const locations = externalFiles(decoded);
  if (locations.length > 0 && !readData) {
    const reason = `its weights are in other files (${locations.join(", ")})`;
    throw new RegraftError(
      "invalid-model",
      { source: name, reason },
      `${name} is not complete: ${reason}. Give the model's path instead of its bytes.`,
    );
  }
  const external = new Map<string, Uint8Array>();
  for (const location of locations) external.set(location, await readData!(location));
  const model = modelOf(decoded, { source: name, external });
  return {
    model: { ...model, graph: prune(singlePrecision(model.graph)) },
    sha256: known.sha256 ?? (await sha256(bytes)),
  };
}

const statedBeside = (text: string, source: string): StatedPreparation => ({
  config: parseJson<PreprocessorConfig>(text, source),
  source,
  reason: "the preprocessor_config.json beside it says so",
});

/** What an export says of itself in its metadata, for those who have the file alone. */
function statedInside({ metadata: { preprocess } }: Model, name: string): StatedPreparation | undefined {
  if (preprocess === undefined) return undefined;
  const source = `the metadata of ${name}`;
  return { config: parseJson<PreprocessorConfig>(preprocess, source), source, reason: "its own metadata says so" };
}

function modelTypeIn(config: string): string | undefined {
  try {
    const { model_type } = parseJson<{ model_type: unknown }>(config, "config.json");
    return typeof model_type === "string" ? model_type : undefined;
  } catch {
    return undefined;
  }
}
