// The safetensors format (huggingface.co/docs/safetensors): tensors by name in one file that other programs read as well.
//
//   size    8 bytes: that of the header, uint64
//   header  JSON: { name: { dtype, shape, data_offsets: [begin, end] }, ..., "__metadata__": { text: text } }
//   data    the tensors, row-major, one after the other without gaps; offsets count from here
//
// Numbers are little-endian, as in memory on every machine that runs ONNX Runtime.
import { type DType, sizeOf, type Tensor, type TensorData } from "../../../tensor.js";
import { invalidCheckpoint } from "./refusals.js";

export interface TensorFile {
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [begin: number, end: number];
}

const types = {
  F64: { dtype: "float64", array: Float64Array },
  F32: { dtype: "float32", array: Float32Array },
  F16: { dtype: "float16", array: Uint16Array },
  BF16: { dtype: "bfloat16", array: Uint16Array },
  I64: { dtype: "int64", array: BigInt64Array },
  I32: { dtype: "int32", array: Int32Array },
  I16: { dtype: "int16", array: Int16Array },
  I8: { dtype: "int8", array: Int8Array },
  U64: { dtype: "uint64", array: BigUint64Array },
  U32: { dtype: "uint32", array: Uint32Array },
  U16: { dtype: "uint16", array: Uint16Array },
  U8: { dtype: "uint8", array: Uint8Array },
  BOOL: { dtype: "bool", array: Uint8Array },
} as const;

type TypeName = keyof typeof types;

const nameOfType = new Map<DType, TypeName>(
  Object.entries(types).map(([name, { dtype }]) => [dtype, name as TypeName]),
);

const sizeBytes = 8;
const metadataName = "__metadata__";
/** A thousand layers take some 300 kB. */
const largestHeader = 16 * 2 ** 20;

/** @param metadata what a program that reads it may say of the file. */
export function writeSafetensors({ tensors, metadata }: TensorFile): Uint8Array {
  // Wide types first, as the format's own library does: every tensor then begins at a multiple of its type's size.
  const all = Object.entries(tensors)
    .map(([name, tensor]) => ({ name, tensor, bytes: bytesOf(tensor) }))
    .sort((a, b) => widthOf(b.tensor) - widthOf(a.tensor) || (a.name < b.name ? -1 : 1));
  const header: [string, Entry | TensorFile["metadata"]][] = [[metadataName, metadata]];
  let end = 0;
  for (const { name, tensor, bytes } of all) {
    const begin = end;
    end += bytes.length;
    header.push([name, { dtype: nameOfType.get(tensor.dtype)!, shape: tensor.shape, data_offsets: [begin, end] }]);
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  // Spaces up to a multiple of 8.
  const headerSize = Math.ceil(text.length / 8) * 8;
  const file = new Uint8Array(sizeBytes + headerSize + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerSize), true);
  file.fill(0x20, sizeBytes, sizeBytes + headerSize);
  file.set(text, sizeBytes);
  let at = sizeBytes + headerSize;
  for (const { bytes } of all) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}

/**
 * Nothing is allocated for a tensor before all of the header is found to agree with the file.
 * @param source what errors call the file.
 * @throws RegraftError "invalid-checkpoint"
 */
export function readSafetensors(file: Uint8Array, source: string): TensorFile {
  const refuse = (reason: string): never => {
    throw invalidCheckpoint(source, reason);
  };
  if (file.length < sizeBytes) refuse(`it ends after ${file.length} bytes`);
  const headerSize = new DataView(file.buffer, file.byteOffset).getBigUint64(0, true);
  if (headerSize > BigInt(Math.min(largestHeader, file.length - sizeBytes)))
    refuse(`its header would be ${headerSize} bytes long`);
  const start = sizeBytes + Number(headerSize);
  const { [metadataName]: metadata = {}, ...entries } =
    headerIn(file.subarray(sizeBytes, start)) ?? refuse("no header");
  if (!isTexts(metadata)) return refuse("its metadata are no texts");
  const checked = Object.entries(entries).map(
    ([name, entry]) =>
      [name, isEntry(entry) ? entry : refuse(`the entry ${JSON.stringify(name)} describes no tensor`)] as const,
  );
  let end = 0;
  for (const [name, entry] of checked.toSorted(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0])) {
    const [begin, next] = entry.data_offsets;
    const { array } = types[entry.dtype as TypeName];
    if (begin !== end || next - begin !== sizeOf(entry.shape) * array.BYTES_PER_ELEMENT)
      refuse(
        `${JSON.stringify(name)} would lie at bytes ${begin} to ${next}, which does not fit its size or the others`,
      );
    end = next;
  }
  if (start + end !== file.length) refuse(`it has ${file.length} bytes instead of ${start + end}`);
  const tensors = checked.map(([name, { dtype, shape, data_offsets }]): [string, Tensor] => {
    const type = types[dtype as TypeName];
    // A copy, as typed arrays must begin at a multiple of their type's size. (A Buffer's `slice` is none.)
    const bytes = new Uint8Array(file.subarray(start + data_offsets[0], start + data_offsets[1]));
    return [name, { dtype: type.dtype, shape, data: new type.array(bytes.buffer) as TensorData }];
  });
  return { tensors: Object.fromEntries(tensors), metadata };
}

function bytesOf({ data }: Tensor): Uint8Array {
  const { buffer, byteOffset, byteLength } = data as Float32Array;
  return new Uint8Array(buffer, byteOffset, byteLength);
}

const widthOf = ({ data }: Tensor): number => (data as Float32Array).BYTES_PER_ELEMENT;

function headerIn(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const header: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return isRecord(header) ? header : undefined;
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isTexts = (value: unknown): value is Readonly<Record<string, string>> =>
  isRecord(value) && Object.values(value).every((text) => typeof text === "string");

const isSize = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

function isEntry(value: unknown): value is Entry {
  if (!isRecord(value)) return false;
  const { dtype, shape, data_offsets: offsets } = value as Partial<Entry>;
  if (typeof dtype !== "string" || !Object.hasOwn(types, dtype) || !Array.isArray(shape) || !shape.every(isSize))
    return false;
  return Number.isSafeInteger(sizeOf(shape)) && Array.isArray(offsets) && offsets.length === 2 && offsets.every(isSize);
}
