// The registry: what `models/<name>.json` says of a pretrained network. The folder is data; this file gives it a type.
import { RegraftError } from "../errors.js";
import type { PreprocessorConfig } from "./preprocessor-config.js";

export interface ModelEntry {
  readonly name: string;
  readonly description: string;
  /** File beside the entry. */
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly licence: string;
  /** Where the weights come from. */
  readonly source: string;
  readonly pretrainedOn: string;
  /** Hugging Face's name of the architecture, for the exported config.json. */
  readonly modelType: string;
  readonly preprocessor: PreprocessorConfig;
}

/** Reads files of `models/`; implemented by the platform. */
export interface ModelFolder {
  /** Names of the files in it. */
  list(): Promise<readonly string[]>;
  read(file: string): Promise<Uint8Array>;
}

/** All entries, by name. */
export async function listModels(folder: ModelFolder): Promise<ModelEntry[]> {
  const files = (await folder.list()).filter((file) => file.endsWith(".json")).sort();
  return Promise.all(files.map(async (file) => JSON.parse(new TextDecoder().decode(await folder.read(file)))));
}

/** @throws RegraftError "model-not-found" that lists the names there are. */
export async function findModel(folder: ModelFolder, name: string): Promise<ModelEntry> {
  const entries = await listModels(folder);
  const found = entries.find((entry) => entry.name === name);
  if (found) return found;
  const available = entries.map((entry) => entry.name);
  throw new RegraftError(
    "model-not-found",
    { model: name, available },
    `There is no model "${name}": no file or folder of this name, and regraft knows by name: ${available.join(", ")}. ` +
      "Give one of these, a path to an .onnx file, or the folder of an export.",
  );
}
