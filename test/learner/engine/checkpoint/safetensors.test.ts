import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  readSafetensors,
  type TensorFile,
  writeSafetensors,
} from "../../../../src/learner/engine/checkpoint/safetensors.js";
import { float32, int32, int64, type Tensor } from "../../../../src/tensor.js";
import { describePython, runPython } from "../../../helpers/python.js";
import { refusal } from "../../../helpers/refusal.js";
import { temporaryFolder } from "../../../helpers/temporary.js";

const read = (file: Uint8Array): TensorFile => readSafetensors(file, "file");

/** A file of this header and so many bytes of data, 0, 1, 2, ... */
function fileOf(header: unknown, dataBytes = 0, { size }: { size?: bigint } = {}): Uint8Array {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const file = new Uint8Array(8 + text.length + dataBytes);
  new DataView(file.buffer).setBigUint64(0, size ?? BigInt(text.length), true);
  file.set(text, 8);
  for (let i = 0; i < dataBytes; i++) file[8 + text.length + i] = i;
  return file;
}

const mixed: TensorFile = {
  tensors: {
    weight: float32([2, 3], [1, -2, 3.5, 1e-40, 3e38, -0]),
    scalar: float32([], [7]),
    none: float32([0, 4]),
    flags: { dtype: "bool", shape: [3], data: Uint8Array.of(1, 0, 1) },
    half: { dtype: "float16", shape: [2], data: Uint16Array.of(0x3c00, 0xc000) },
    whole: int64([2], [-1, 2 ** 40]),
    'näme"\n': int32([1], [-5]),
  },
  metadata: { format: "pt", who: "we" },
};

describe("a safetensors file", () => {
  it("is, to the byte, what the format says", () => {
    const file = writeSafetensors({
      tensors: { b: { dtype: "uint8", shape: [2], data: Uint8Array.of(9, 8) }, a: float32([1], [1]) },
      metadata: {},
    });
    const header =
      '{"__metadata__":{},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},' +
      '"b":{"dtype":"U8","shape":[2],"data_offsets":[4,6]}}';
    const padded = header.padEnd(Math.ceil(header.length / 8) * 8);
    expect(Buffer.from(file.subarray(0, 8)).readBigUInt64LE()).toBe(BigInt(padded.length));
    expect(new TextDecoder().decode(file.subarray(8, 8 + padded.length))).toBe(padded);
    expect([...file.subarray(8 + padded.length)]).toEqual([0, 0, 0x80, 0x3f, 9, 8]);
  });

  it("gives back what was written, bit for bit, wherever in memory it lies", () => {
    const file = writeSafetensors(mixed);
    const shifted = new Uint8Array(file.length + 3).subarray(3);
    shifted.set(file);
    for (const bytes of [file, shifted]) {
      const { tensors, metadata } = read(bytes);
      expect(metadata).toEqual(mixed.metadata);
      expect(tensors).toEqual(mixed.tensors);
      expect(Object.is((tensors.weight!.data as Float32Array)[5], -0)).toBe(true);
    }
  });

  it("is the same for the same tensors in another order", () => {
    const tensors = Object.fromEntries(Object.entries(mixed.tensors).toReversed());
    expect(writeSafetensors({ ...mixed, tensors })).toEqual(writeSafetensors(mixed));
  });

  it("of a view has the view's elements alone", () => {
    const data = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
    expect(read(writeSafetensors({ tensors: { a: float32([2], data) }, metadata: {} })).tensors.a).toEqual(
      float32([2], [2, 3]),
    );
  });

  it("does without metadata", () => {
    expect(read(fileOf({ a: { dtype: "U8", shape: [2], data_offsets: [0, 2] } }, 2))).toEqual({
      tensors: { a: { dtype: "uint8", shape: [2], data: Uint8Array.of(0, 1) } },
      metadata: {},
    });
  });

  const entry = { dtype: "F32", shape: [1], data_offsets: [0, 4] };
  it.each<[string, Uint8Array, RegExp]>([
    ["is empty", new Uint8Array(0), /ends after 0 bytes/],
    ["ends within its size", new Uint8Array(7), /ends after 7 bytes/],
    ["claims a header beyond its end", fileOf({}, 0, { size: 3n }), /header would be 3 bytes long/],
    ["claims a header of exabytes", fileOf({}, 0, { size: 2n ** 63n }), /header would be 9223372036854775808 bytes/],
    ["has no JSON", fileOf("{"), /no header/],
    ["has text that is no UTF-8", fileOf({}, 0).fill(0xff, 8), /no header/],
    ["has a list for a header", fileOf([]), /no header/],
    ["has other metadata than texts", fileOf({ __metadata__: { a: 1 } }), /metadata are no texts/],
    ["has a type nobody knows", fileOf({ a: { ...entry, dtype: "F33" } }, 4), /"a" describes no tensor/],
    ["has a type by inheritance", fileOf({ a: { ...entry, dtype: "toString" } }, 4), /"a" describes no tensor/],
    ["has a negative size", fileOf({ a: { ...entry, shape: [-1] } }, 4), /"a" describes no tensor/],
    ["has a shape of too much", fileOf({ a: { ...entry, shape: [2 ** 40, 2 ** 40] } }, 4), /"a" describes no tensor/],
    ["has a fractional offset", fileOf({ a: { ...entry, data_offsets: [0, 4.5] } }, 4), /"a" describes no tensor/],
    [
      "has offsets that do not fit the shape",
      fileOf({ a: { ...entry, shape: [2] } }, 4),
      /"a" would lie at bytes 0 to 4/,
    ],
    ["has offsets backwards", fileOf({ a: { ...entry, data_offsets: [4, 0] } }, 4), /"a" would lie at bytes 4 to 0/],
    [
      "has a huge tensor in few bytes",
      fileOf({ a: { ...entry, shape: [2 ** 40], data_offsets: [0, 2 ** 42] } }, 4),
      /instead of/,
    ],
    ["has tensors on top of each other", fileOf({ a: entry, b: entry }, 4), /"b" would lie at bytes 0 to 4/],
    ["has a gap", fileOf({ a: entry, b: { ...entry, data_offsets: [5, 9] } }, 9), /"b" would lie at bytes 5 to 9/],
    ["ends early", fileOf({ a: entry }, 3), /bytes instead of/],
    ["goes on behind its tensors", fileOf({ a: entry }, 5), /bytes instead of/],
  ])("that %s is refused", async (_, file, reason) => {
    await refusal(() => read(file), "invalid-checkpoint", "Cannot load the checkpoint file: ", reason);
  });

  it("is read or refused, whichever byte of it is another", async () => {
    const file = writeSafetensors(mixed);
    const header = 8 + Number(new DataView(file.buffer).getBigUint64(0, true));
    for (let at = 0; at < header; at++) {
      const damaged = file.with(at, file[at]! ^ 0x10);
      try {
        read(damaged);
      } catch {
        await refusal(() => read(damaged), "invalid-checkpoint");
      }
    }
  });
});

const folder = temporaryFolder();

describePython("in the eyes of safetensors", ["safetensors", "numpy"], () => {
  it("holds the same tensors, and a file of that library's is read here", () => {
    const [ours, theirs] = [join(folder, "ours.safetensors"), join(folder, "theirs.safetensors")];
    writeFileSync(ours, writeSafetensors(mixed));
    const found = JSON.parse(runPython(new URL("./resave.py", import.meta.url), ours, theirs));
    expect(found).toEqual({
      weight: ["float32", [2, 3], [1, -2, 3.5, Math.fround(1e-40), Math.fround(3e38), -0]],
      scalar: ["float32", [], [7]],
      none: ["float32", [0, 4], []],
      flags: ["bool", [3], [true, false, true]],
      half: ["float16", [2], [1, -2]],
      whole: ["int64", [2], [-1, 2 ** 40]],
      'näme"\n': ["int32", [1], [-5]],
    });
    const again: TensorFile = read(readFileSync(theirs));
    expect(again).toEqual(mixed);
    expect(new Set(Object.values(again.tensors).map(({ dtype }: Tensor) => dtype)).size).toBe(5);
  });
});
