// From what the user calls a model (a name, a path, an exported folder, an address, bytes) to its graph.
import { isRemote } from "../../../models/is-remote.js";
import { findModel } from "../../../models/registry.js";
import type { CallContext } from "../../border/channel.js";
import { baseName, downloadContext, folderOf, join, type Platform } from "../platform.js";
import { type FoundModel, parseModel, readModelSource } from "./read-model.js";

/** For callers who neither cancel nor watch. */
const alone: CallContext = { signal: new AbortController().signal, emit: () => {} };

/**
 * @param model a name in `models/`, a path, a folder that holds `onnx/model.onnx`, what `remoteModel` reads, or bytes.
 * @throws RegraftError "model-not-found", "invalid-model", "file-access", "download-failed", "checksum-mismatch",
 * "invalid-argument" for an address that is none
 */
export async function findPretrained(
  platform: Platform,
  model: string | Uint8Array,
  context: CallContext = alone,
): Promise<FoundModel> {
  if (typeof model !== "string") return fromBytes(model);
  if (isRemote(model)) {
    const { fetchModel } = await import("./fetch-model.js");
    return fetchModel(platform.downloads, model, context);
  }
  const kind = await platform.files.kind(model);
  if (kind === "directory") return fromFile(platform, join(model, "onnx/model.onnx"), model);
  // What looks like a path is one, so that a misspelt path is not taken for an unknown name.
  if (kind === "file" || /[/\\]|\.onnx$/i.test(model)) return fromFile(platform, model, modelFolderOf(model));
  return fromRegistry(platform, model, context);
}

const fromBytes = (bytes: Uint8Array): Promise<FoundModel> =>
  readModelSource({
    bytes,
    name: "the model given as bytes",
    title: "a model of unknown origin",
    folder: "",
    readBeside: async () => undefined,
  });

/** Hugging Face's layout keeps the .onnx file in `onnx/`, below what tells more of the model. */
function modelFolderOf(path: string): string {
  const folder = folderOf(path);
  return /(^|[/\\])onnx$/.test(folder) ? folderOf(folder) : folder;
}

/** @param folder where the files that tell more of the model are looked for. */
async function fromFile({ files }: Platform, path: string, folder: string): Promise<FoundModel> {
  return readModelSource({
    bytes: await files.read(path),
    name: path,
    title: baseName(path.endsWith("/onnx/model.onnx") ? folder : path),
    folder,
    readData: (location) => files.readBeside(path, location),
    readBeside: async (file) => {
      const beside = join(folder, file);
      return (await files.kind(beside)) === "file" ? files.read(beside) : undefined;
    },
  });
}

async function fromRegistry(
  { models, downloads }: Platform,
  wanted: string,
  context: CallContext,
): Promise<FoundModel> {
  const { name, preprocessor: config, ...entry } = await findModel(models, wanted);
  const { bytes, sha256, notice } =
    entry.url === undefined
      ? { bytes: await models.read(entry.file, downloadContext(context)) }
      : await downloads.get(entry, downloadContext(context));
  const parsed = await parseModel({ bytes, name, ...(sha256 && { sha256 }) });
  const stated = { config, source: `models/${name}.json`, reason: `the registry says so of ${name}` };
  const { modelType, licence, cut, layerGroups } = entry;
  const facts = { stated, modelType, licence, cut, layerGroups, config: undefined };
  return { name, title: name, ...parsed, ...facts, notices: notice === undefined ? [] : [notice] };
}
