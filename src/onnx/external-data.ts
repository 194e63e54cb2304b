// External data: tensors whose bytes stand in files beside the model. Pure functions on bytes; reading and writing the
// files is the caller's, who must also refuse a link that leads out of the model's folder (names alone cannot show it).
//
// A `checksum` entry is not verified, as ONNX and ONNX Runtime do not either.
import { invalidArgument } from "../errors.js";
import { mapTensors } from "./map-tensors.js";
import { edit, invalidModel, type ModelProto, onnx, type TensorProto } from "./proto.js";
import { EXTERNAL } from "./tensor-data.js";

/** The files a model needs, each once, as safe paths relative to the model's folder. Throws "invalid-model". */
export function externalFiles(model: ModelProto): string[] {
  const files = new Set<string>();
  mapTensors(model, (tensor) => {
    if (tensor.data_location === EXTERNAL) files.add(placeOf(tensor).location);
    return tensor;
  });
  return [...files];
}

/**
 * `location` as a path of plain names joined by "/", which cannot leave the folder it is resolved in. Throws
 * "invalid-model" for everything else: absolute, with a drive, backslash, colon, NUL or ".." in it, or empty.
 */
export function safeLocation(location: string): string {
  const parts = location.split("/").filter((part) => part !== ".");
  const plain = parts.length > 0 && parts.every((part) => part !== "" && part !== ".." && !/[\\:\0]/.test(part));
  if (plain) return parts.join("/");
  const remedy = "External data must be in the model's own folder: save the model again with such a location.";
  throw invalidModel(`external data ${JSON.stringify(location)}`, "the path may lead out of the model's folder", {
    remedy,
  });
}

/**
 * The model with all external tensors inside, as views of `files` (by the names of `externalFiles`). Throws
 * "invalid-model" when a file is missing or shorter than the model says.
 */
export function inlineExternalData(model: ModelProto, files: ReadonlyMap<string, Uint8Array>): ModelProto {
  return mapTensors(model, (tensor) => {
    if (tensor.data_location !== EXTERNAL) return tensor;
    const { location, offset, length } = placeOf(tensor);
    const source = `tensor ${JSON.stringify(tensor.name ?? "")}`;
    const file = files.get(location);
    if (!file) {
      const remedy = `Put the file beside the model, or hand it over in \`external\` as ${JSON.stringify(location)}.`;
      throw invalidModel(source, `its data file ${JSON.stringify(location)} is missing`, { remedy });
    }
    const end = length === undefined ? file.length : offset + length;
    if (offset > end || end > file.length) {
      const reason = `its data are bytes ${offset} to ${end} of ${JSON.stringify(location)}, which has ${file.length}`;
      throw invalidModel(source, reason, {
        remedy: "Fetch the file again: it belongs to another model, or is cut off.",
      });
    }
    return edit(tensor, { raw_data: file.subarray(offset, end), external_data: undefined, data_location: undefined });
  });
}

export interface ExternalDataOptions {
  /** The data file's name, relative to the model's folder. */
  readonly location: string;
  /** Tensors of fewer bytes stay in the model (1024, as in ONNX's own helper). */
  readonly threshold?: number;
}

/**
 * Moves the initializers that are stored as raw bytes into one data file; `data` is that file's content. Offsets are
 * multiples of 4096, so that runtimes can map the file (onnx.proto, `external_data`).
 */
export function moveToExternalData(
  model: ModelProto,
  { location, threshold = 1024 }: ExternalDataOptions,
): { proto: ModelProto; data: Uint8Array } {
  if (safeLocation(location) !== location) throw invalidArgument("location", "a path without '.' parts", location);
  const pieces: { offset: number; bytes: Uint8Array }[] = [];
  let size = 0;
  const proto = mapTensors(model, (tensor, isInitializer) => {
    const bytes = tensor.raw_data;
    if (!isInitializer || !bytes || bytes.length < Math.max(threshold, 1)) return tensor;
    const offset = Math.ceil(size / pageSize) * pageSize;
    pieces.push({ offset, bytes });
    size = offset + bytes.length;
    const entries = { location, offset: String(offset), length: String(bytes.length) };
    const external_data = Object.entries(entries).map(
      ([key, value]) => new onnx.StringStringEntryProto({ key, value }),
    );
    return edit(tensor, { raw_data: undefined, external_data, data_location: EXTERNAL });
  });
  const data = new Uint8Array(size);
  for (const { offset, bytes } of pieces) data.set(bytes, offset);
  return { proto, data };
}

const pageSize = 4096;

interface Place {
  readonly location: string;
  readonly offset: number;
  /** Absent: to the end of the file. */
  readonly length: number | undefined;
}

function placeOf(tensor: TensorProto): Place {
  const entries = new Map(tensor.external_data.map(({ key, value }) => [key, value ?? ""]));
  const count = (key: string): number | undefined => {
    const text = entries.get(key);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
    const source = `tensor ${JSON.stringify(tensor.name ?? "")}`;
    throw invalidModel(source, `the ${key} of its external data is ${JSON.stringify(text)}, not a number of bytes`);
  };
  return {
    location: safeLocation(entries.get("location") ?? ""),
    offset: count("offset") ?? 0,
    length: count("length"),
  };
}
