// The registry: what `models/<name>.json` says of a pretrained network. The folder is data; this file gives it a type.
import { RegraftError } from "../errors.js";
import type { PreprocessorConfig } from "./preprocessor-config.js";

/** A network in a file beside its entry, or at an address. */
export type ModelEntry = EmbeddedEntry | RemoteEntry;

export interface EmbeddedEntry extends EntryFacts {
  /** File beside the entry. */
  readonly file: string;
  readonly url?: never;
}

export interface RemoteEntry extends EntryFacts {
  readonly file?: never;
  /** https, with the revision in it: what it leads to never changes. */
  readonly url: string;
  readonly revision: string;
}

interface EntryFacts {
  readonly name: string;
  readonly description: string;
  readonly bytes: number;
  /** In hexadecimal. */
  readonly sha256: string;
  readonly licence: string;
  /** Where the weights come from. */
  readonly source: string;
  readonly pretrainedOn: string;
  /** Hugging Face's name of the architecture, for the exported config.json. */
  readonly modelType: string;
  readonly preprocessor: PreprocessorConfig;
  /** What takes the photos: [N, 3, H, W], names for sizes that are free. */
  readonly input?: { readonly name: string; readonly shape: readonly (number | string)[] };
  /** The value to cut at, where the classifier is not found by itself. */
  readonly cut?: string;
  /** The values that end a group of layers to be trained at one rate; the first group starts at the image. */
  readonly layerGroups?: readonly string[];
}

export interface Watch {
  readonly signal: AbortSignal;
  /** In bytes; a `total` of 0 is not known. */
  readonly onProgress: (done: number, total: number) => void;
}

/** Reads files of `models/`; implemented by the platform. */
export interface ModelFolder {
  /** Names of the files in it. */
  list(): Promise<readonly string[]>;
  /** @param watch of what must come over the network first, as in a browser. */
  read(file: string, watch?: Watch): Promise<Uint8Array>;
}

/** All entries, by name. */
export async function listModels(folder: ModelFolder): Promise<ModelEntry[]> {
  const files = (await folder.list()).filter((file) => file.endsWith(".json")).sort();
  return Promise.all(files.map(async (file) => JSON.parse(new TextDecoder().decode(await folder.read(file)))));
}

/** @throws RegraftError "model-not-found" that lists the names there are, those like this one first. */
export async function findModel(folder: ModelFolder, name: string): Promise<ModelEntry> {
  const entries = await listModels(folder);
  const found = entries.find((entry) => entry.name === name);
  if (found) return found;
  const available = entries.map((entry) => entry.name);
  const { nearNames } = await import("./near-names.js");
  const near = nearNames(name, available);
  const guess = near.length > 0 ? ` Did you mean ${near.join(" or ")}?` : "";
  throw new RegraftError(
    "model-not-found",
    { model: name, available },
    `There is no model "${name}": no file or folder of this name, nor a model that regraft knows by name.${guess} ` +
      `It knows ${available.join(", ")}. Give one of these, a path to an .onnx file, the folder of an export, ` +
      '"hf:owner/name" for a repository on the Hugging Face hub, or the https:// address of an .onnx file.',
  );
}
