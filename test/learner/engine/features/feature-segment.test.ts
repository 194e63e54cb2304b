import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  decodeSegment,
  encodeSegment,
  largestSegment,
  photosIn,
  roomFor,
  rowOffset,
  segmentVersion,
} from "../../../../src/learner/engine/features/feature-segment.js";

const width = 3;
const hashes = ["first", "second", "third"].map((name) => createHash("sha256").update(name).digest("hex"));
const rows = Float32Array.from({ length: 9 }, (_, i) => (i - 4) / 3);
const whole = await encodeSegment(hashes, width, rows);

/** As a segment that somebody else has written would be: sound, but for what `change` does. */
function forged(change: (bytes: Uint8Array) => void): Uint8Array {
  const bytes = whole.slice();
  change(bytes);
  bytes.set(createHash("sha256").update(bytes.subarray(0, -32)).digest(), bytes.length - 32);
  return bytes;
}

describe("encodeSegment", () => {
  it("lays out header, hashes, rows and check as written down", () => {
    const bytes = Buffer.from(whole);
    expect(bytes).toHaveLength(32 + 3 * (32 + 4 * width) + 32);
    expect(bytes.toString("latin1", 0, 8)).toBe("regraftF");
    expect([8, 12, 16, 20, 24, 28].map((at) => bytes.readUInt32LE(at))).toEqual([segmentVersion, 3, 3, 0, 0, 0]);
    expect([0, 1, 2].map((i) => bytes.toString("hex", 32 + 32 * i, 64 + 32 * i))).toEqual(hashes);
    for (const [i, x] of rows.entries()) {
      expect(bytes.readFloatLE(rowOffset(3, width, Math.floor(i / width)) + 4 * (i % width))).toBe(x);
    }
    expect(bytes.subarray(-32)).toEqual(createHash("sha256").update(bytes.subarray(0, -32)).digest());
  });

  it("gives the same bytes for the same rows", async () => {
    expect(await encodeSegment(hashes, width, rows.slice())).toEqual(whole);
  });
});

describe("decodeSegment", () => {
  it("gives back the hashes", async () => {
    expect(await decodeSegment(whole, width)).toEqual(hashes);
  });

  it("gives nothing when any bit has changed, wherever it stands", async () => {
    for (let at = 0; at < whole.length; at++) {
      const bytes = whole.slice();
      bytes[at]! ^= 1 << (at % 8);
      expect(await decodeSegment(bytes, width), `byte ${at}`).toBeUndefined();
    }
  });

  it("gives nothing of one that was cut short, anywhere, or goes on", async () => {
    for (let length = 0; length < whole.length; length++)
      expect(await decodeSegment(whole.subarray(0, length), width), `${length} bytes`).toBeUndefined();
    const longer = new Uint8Array(whole.length + 44);
    longer.set(whole);
    expect(await decodeSegment(longer, width)).toBeUndefined();
    expect(await decodeSegment(longer.subarray(0, whole.length + 1), width)).toBeUndefined();
  });

  it("gives nothing of what is sound in itself, but not of this kind", async () => {
    const number = (at: number, value: number) => (bytes: Uint8Array) =>
      new DataView(bytes.buffer).setUint32(at, value, true);
    expect(
      await decodeSegment(
        forged(() => {}),
        width,
      ),
    ).toEqual(hashes);
    expect(
      await decodeSegment(
        forged((bytes) => bytes.set([0x52])),
        width,
      ),
    ).toBeUndefined();
    expect(await decodeSegment(forged(number(8, segmentVersion + 1)), width)).toBeUndefined();
    for (const count of [0, 1, 2, 4, 2 ** 31, 2 ** 32 - 1])
      expect(await decodeSegment(forged(number(16, count)), width), `${count} photos`).toBeUndefined();
    expect(await decodeSegment(forged(number(12, 4)), width)).toBeUndefined();
    // Three photos of 3 features take as many bytes as no number of photos of 4.
    expect(await decodeSegment(whole, 4)).toBeUndefined();
  });
});

describe("photosIn", () => {
  it("counts by size", () => {
    expect(photosIn(whole.length, width)).toBe(3);
    const sizes = [0, 63, 64, 64 + 43, whole.length + 1, -44, Number.NaN, Number.POSITIVE_INFINITY];
    expect(sizes.map((size) => photosIn(size, width))).toEqual(sizes.map(() => undefined));
  });

  it("takes no segment for one that is larger than any written", () => {
    const most = roomFor(largestSegment, width);
    expect(photosIn(64 + most * 44, width)).toBe(most);
    expect(64 + most * 44).toBeLessThanOrEqual(largestSegment);
    expect(photosIn(64 + (most + 1) * 44, width)).toBeUndefined();
    expect(photosIn(2 ** 50 * 44 + 64, width)).toBeUndefined();
  });

  it("makes room for one row, however wide", () => {
    const wide = 2 ** 22;
    expect(roomFor(largestSegment, wide)).toBe(1);
    expect(photosIn(64 + 32 + 4 * wide, wide)).toBe(1);
  });
});
