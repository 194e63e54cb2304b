import { readFileSync } from "node:fs";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { dimensionsOf } from "../../src/datasets/image-dimensions.js";
import { stream } from "../../src/random.js";
import { photosIn } from "../helpers/photos.js";
import { describeShared, sharedPath } from "../helpers/shared.js";
import { blackPng } from "./black-png.js";

const plain = (width: number, height: number, channels: 3 | 4 = 3) =>
  sharp({ create: { width, height, channels, background: { r: 1, g: 2, b: 3, alpha: 0.5 } } });

describe("dimensionsOf", () => {
  it.each<[string, (width: number, height: number) => Promise<Buffer>]>([
    [
      "JPEG",
      (...size) =>
        plain(...size)
          .jpeg()
          .toBuffer(),
    ],
    [
      "progressive JPEG",
      (...size) =>
        plain(...size)
          .jpeg({ progressive: true })
          .toBuffer(),
    ],
    [
      "JPEG with a profile and EXIF",
      (...size) =>
        plain(...size)
          .withIccProfile("p3")
          .withExif({ IFD0: { Artist: "me" } })
          .jpeg()
          .toBuffer(),
    ],
    [
      "CMYK JPEG",
      (...size) =>
        plain(...size)
          .toColourspace("cmyk")
          .jpeg()
          .toBuffer(),
    ],
    [
      "PNG",
      (...size) =>
        plain(...size)
          .png()
          .toBuffer(),
    ],
    [
      "GIF",
      (...size) =>
        plain(...size)
          .gif()
          .toBuffer(),
    ],
    [
      "lossy WebP",
      (...size) =>
        plain(...size)
          .webp()
          .toBuffer(),
    ],
    [
      "lossless WebP",
      (...size) =>
        plain(...size)
          .webp({ lossless: true })
          .toBuffer(),
    ],
    [
      "WebP with alpha",
      (...size) =>
        plain(...size, 4)
          .webp()
          .toBuffer(),
    ],
    [
      "WebP with EXIF",
      (...size) =>
        plain(...size)
          .withMetadata({ orientation: 6 })
          .webp()
          .toBuffer(),
    ],
    [
      "AVIF",
      (...size) =>
        plain(...size)
          .avif({ effort: 0 })
          .toBuffer(),
    ],
    [
      "AVIF with alpha",
      (...size) =>
        plain(...size, 4)
          .avif({ effort: 0 })
          .toBuffer(),
    ],
  ])("finds them in a %s", async (_, encode) => {
    for (const [width, height] of [
      [1, 1],
      [17, 300],
      [2049, 3],
      [640, 480],
    ] as const) {
      const bytes = await encode(width, height);
      expect(dimensionsOf(bytes)).toEqual({ width, height });
      // In a view of something larger as well.
      const within = Buffer.concat([Buffer.alloc(7, 0xff), bytes, Buffer.alloc(9, 0xff)]);
      expect(dimensionsOf(within.subarray(7, 7 + bytes.length))).toEqual({ width, height });
    }
  });

  it("finds them as stored, not as EXIF turns them", async () => {
    const bytes = await plain(60, 40).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect(dimensionsOf(bytes)).toEqual({ width: 60, height: 40 });
  });

  it("skips a JPEG's thumbnail, stray bytes and fillers", async () => {
    const thumbnail = await plain(8, 6).jpeg().toBuffer();
    const bytes = await plain(60, 40).jpeg().toBuffer();
    const segment = Buffer.concat([Buffer.of(0xff, 0xe1, 0, 2 + thumbnail.length), thumbnail]);
    expect(thumbnail.length + 2).toBeGreaterThan(255);
    segment.writeUInt16BE(2 + thumbnail.length, 2);
    const odd = Buffer.concat([bytes.subarray(0, 2), segment, Buffer.of(1, 2, 3, 0xff, 0xff), bytes.subarray(2)]);
    expect(dimensionsOf(odd)).toEqual({ width: 60, height: 40 });
  });

  it("needs no more than the header, of the largest images as well", () => {
    const size = { width: 20_000, height: 20_001 };
    expect(dimensionsOf(blackPng(20_000, 20_001).subarray(0, 26))).toEqual(size);
    const header = Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", "latin1");
    expect(dimensionsOf(Buffer.concat([header, Buffer.alloc(10, 0xff)]))).toEqual({
      width: 2 ** 32 - 1,
      height: 2 ** 32 - 1,
    });
  });

  it("knows nothing of other formats, nor of what is cut off before its size", async () => {
    const others = [
      "",
      "hello",
      "II*\0",
      "RIFF1234WEBPVP8L/",
      "RIFF1234WEBPVP8X",
      "GIF89a",
      "\xff\xd8\xff",
      "\0\0\0\0ftypavif",
    ];
    for (const bytes of others) expect(dimensionsOf(Buffer.from(bytes, "latin1")), bytes).toBeUndefined();
    for (const format of ["jpeg", "png", "gif", "webp", "avif"] as const) {
      const bytes = await plain(60, 40).toFormat(format).toBuffer();
      for (let length = 0; length < 26; length++) expect(dimensionsOf(bytes.subarray(0, length))).toBeUndefined();
    }
  });

  it("comes to an end whatever the bytes are", async () => {
    const random = stream(3, "headers");
    for (const format of ["jpeg", "png", "gif", "webp", "avif"] as const) {
      const sound = await plain(60, 40).toFormat(format).toBuffer();
      for (let round = 0; round < 200; round++) {
        const damaged = Uint8Array.from(sound, (byte, i) =>
          i > 11 && random.below(8) === 0 ? random.below(256) : byte,
        );
        const size = dimensionsOf(damaged) ?? { width: 1, height: 1 };
        expect(size.width * size.height).toBeGreaterThan(0);
      }
    }
  });
});

describeShared("dimensionsOf real photos", () => {
  it("agrees with sharp on all 200", async () => {
    const paths = ["cat", "dog"].flatMap((name) => photosIn(sharedPath("data/cats-vs-dogs/valid", name)));
    expect(paths.length).toBe(200);
    for (const path of paths) {
      const bytes = readFileSync(path);
      const { width, height } = await sharp(bytes).metadata();
      expect(dimensionsOf(bytes), path).toEqual({ width, height });
    }
  });
});
