// What any decoder must do with formats and orientations; here with Node's.
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import {
  asIs,
  blue,
  type Corners,
  cornersOf,
  expectColours,
  green,
  quarters,
  red,
  transformTo,
  white,
} from "./quarters.js";

describe("formats", () => {
  it.each<[string, () => Promise<Buffer>, number]>([
    ["JPEG", () => quarters().jpeg({ quality: 100, chromaSubsampling: "4:4:4" }).toBuffer(), 3],
    [
      "progressive JPEG",
      () => quarters().jpeg({ quality: 100, chromaSubsampling: "4:4:4", progressive: true }).toBuffer(),
      3,
    ],
    ["PNG", () => quarters().png().toBuffer(), 0],
    ["palette PNG", () => quarters().png({ palette: true, colours: 4 }).toBuffer(), 0],
    ["16-bit PNG", () => quarters().toColourspace("rgb16").png().toBuffer(), 0],
    ["WebP", () => quarters().webp({ lossless: true }).toBuffer(), 0],
    ["lossy WebP", () => quarters().webp({ quality: 100 }).toBuffer(), 8],
    ["GIF", () => quarters().gif().toBuffer(), 0],
    ["TIFF", () => quarters().tiff({ compression: "lzw" }).toBuffer(), 0],
    ["AVIF", () => quarters().avif({ quality: 100, chromaSubsampling: "4:4:4" }).toBuffer(), 4],
  ])("reads %s", async (_, encode, tolerance) => {
    expectColours(await cornersOf(await encode()), [red, green, white, blue], tolerance);
  });

  it("reads the first frame of an animation", async () => {
    const frames = await Promise.all(
      [quarters(), quarters([blue, blue, blue, blue])].map((frame) => frame.png().toBuffer()),
    );
    for (const format of ["gif", "webp"] as const) {
      const animated = await sharp(frames, { join: { animated: true } })
        .toFormat(format, { lossless: true })
        .toBuffer();
      expect((await sharp(animated).metadata()).pages).toBe(2);
      expectColours(await cornersOf(animated), [red, green, white, blue], 0);
    }
  });

  it("turns grey into three equal channels, in 8 and 16 bits, with alpha and without", async () => {
    const shades: Corners = [10, 90, 170, 250].map((shade) => [shade, shade, shade]);
    const opaque: Corners = shades.map((shade) => [...shade, 128]);
    const images = [
      quarters(shades).greyscale().png(),
      quarters(shades).greyscale().jpeg({ quality: 100 }),
      quarters(shades).toColourspace("grey16").png(),
      quarters(opaque, 4).greyscale().png(),
    ];
    for (const image of images) expectColours(await cornersOf(await image.toBuffer()), shades, 1);
  });

  it("turns CMYK into RGB", async () => {
    const shades: Corners = [20, 200, 255, 120].map((shade) => [shade, shade, shade]);
    const images = [
      quarters(shades).toColourspace("cmyk").jpeg({ quality: 100 }),
      quarters(shades).toColourspace("cmyk").tiff(),
    ];
    for (const image of images) {
      const bytes = await image.toBuffer();
      expect((await sharp(bytes).metadata()).space).toBe("cmyk");
      // Ink is no match for black; the shades must stay where they are otherwise.
      expectColours(await cornersOf(bytes), shades, 25);
    }
  });

  it("drops alpha without blending, whether it resizes or not", async () => {
    const hidden: Corners = [red, green, white, blue].map((colour, i) => [...colour, i * 60]);
    const bytes = await quarters(hidden, 4).png().toBuffer();
    for (const transform of [asIs, transformTo(20, 30), transformTo(80, 90), transformTo(5, 6)]) {
      expectColours(await cornersOf(bytes, transform), [red, green, white, blue], transform === asIs ? 0 : 30);
    }
  });

  it("ignores colour profiles, as Pillow does", async () => {
    const wide = await quarters().withIccProfile("p3").png().toBuffer();
    // What sRGB's red is called in Display P3.
    expectColours(await cornersOf(wide), [[234, 51, 35]], 1);
  });
});

describe("orientation", () => {
  // Where the corners of the stored image (red, green, white, blue) go: EXIF 2.3, tag 0x0112.
  const upright: Readonly<Record<number, Corners>> = {
    1: [red, green, white, blue],
    2: [green, red, blue, white],
    3: [white, blue, red, green],
    4: [blue, white, green, red],
    5: [red, blue, white, green],
    6: [blue, red, green, white],
    7: [white, green, red, blue],
    8: [green, white, blue, red],
  };

  it.each(Object.entries(upright))(
    "turns EXIF orientation %s upright before it resizes and crops",
    async (tag, corners) => {
      const orientation = Number(tag);
      const jpeg = { quality: 100, chromaSubsampling: "4:4:4" };
      const bytes = await quarters().withMetadata({ orientation }).jpeg(jpeg).toBuffer();
      // Large, small, and a crop from the middle of an upright 40 × 60 or 60 × 40.
      const crop = { ...asIs, resize: { shortestEdge: 20 }, crop: { height: 20, width: 20 } };
      for (const transform of [transformTo(24, 20), transformTo(90, 110), transformTo(8, 8), crop]) {
        expectColours(await cornersOf(bytes, transform), corners, 60);
      }
    },
  );

  it("also in PNG, WebP and TIFF", async () => {
    const image = () => quarters().withMetadata({ orientation: 6 });
    for (const encoded of [image().png(), image().webp({ lossless: true }), image().tiff()]) {
      expectColours(await cornersOf(await encoded.toBuffer(), transformTo(60, 40)), upright[6]!, 1);
    }
  });
});
