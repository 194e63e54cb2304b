// What any decoder must refuse, without harm; here with Node's.
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { isRegraftError } from "../../src/errors.js";
import { stream } from "../../src/random.js";
import { blackPng } from "./black-png.js";
import { asIs, blue, cornersOf, decoder, expectColours, green, quarters, red, transformTo, white } from "./quarters.js";

async function reasonOf(image: string | Uint8Array, transform = asIs): Promise<string> {
  try {
    await decoder.decode(image, transform);
  } catch (error) {
    if (isRegraftError(error, "unreadable-image")) return error.message;
    throw error;
  }
  return "it was decoded";
}

describe("bad input", () => {
  const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

  it.each([
    ["no bytes", bytes(""), "Cannot read an image of 0 bytes: the file is empty."],
    ["text", bytes("hello"), /does not begin like JPEG/],
    ["SVG", bytes(`<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>`), /SVG is a drawing/],
    ["a JPEG's beginning", Buffer.from([0xff, 0xd8, 0xff, 0xe0]), /missing or damaged/],
    ["a GIF's beginning", bytes("GIF89a"), /missing or damaged/],
    [
      "a file that is not there",
      "no such folder/猫.jpg",
      /Cannot read no such folder\/猫\.jpg: there is no file no such folder\/猫\.jpg\.$/,
    ],
    ["a folder", "test", "Cannot read test: it is not a file."],
  ])("refuses %s", async (_, image, message) => {
    expect(await reasonOf(image)).toMatch(message);
  });

  it.each(["jpeg", "png", "webp", "gif", "tiff", "avif"] as const)("refuses a truncated %s", async (format) => {
    const noise = { type: "gaussian" as const, mean: 128, sigma: 40 };
    const image = sharp({ create: { width: 120, height: 90, channels: 3, background: "black", noise } });
    const whole = await image.toFormat(format).toBuffer();
    expect(await reasonOf(whole)).toBe("it was decoded");
    expect(await reasonOf(whole.subarray(0, whole.length * 0.6))).toMatch(/missing or damaged/);
  });

  it("reads a JPEG with stray bytes, which do no harm", async () => {
    const whole = await quarters().jpeg({ quality: 100, chromaSubsampling: "4:4:4" }).toBuffer();
    const stray = Buffer.concat([whole.subarray(0, -2), Buffer.alloc(65, 0x11), whole.subarray(-2)]);
    expectColours(await cornersOf(stray), [red, green, white, blue], 3);
  });

  it("refuses more pixels than maxPixels without decoding them", async () => {
    const before = process.memoryUsage().rss;
    const huge = blackPng(20_000, 20_000);
    expect(await reasonOf(huge)).toMatch(/20000 × 20000 pixels are more than 100000000; raise image\.maxPixels/);
    expect(await reasonOf(huge.subarray(0, 100))).toMatch(/20000 × 20000/);
    // Decoded it would be 1.2 GB.
    expect(process.memoryUsage().rss - before).toBeLessThan(500e6);
    const small = blackPng(200, 100);
    expect(await reasonOf(small, transformTo(10, 10, 19_999))).toMatch(/200 × 100 pixels are more than 19999/);
    expect(await reasonOf(small, transformTo(10, 10, 20_000))).toBe("it was decoded");
  });

  it("takes any aspect ratio", async () => {
    const transform = { ...asIs, resize: { shortestEdge: 32 }, crop: { height: 32, width: 32 } };
    for (const [width, height] of [
      [1, 30_000],
      [30_000, 1],
      [300, 30_000],
      [1, 1],
    ] as const) {
      const grey = await sharp({ create: { width, height, channels: 3, background: "#808080" } })
        .png()
        .toBuffer();
      expectColours(await cornersOf(grey, transform), Array(4).fill([128, 128, 128]), 0);
    }
  });

  it("decodes or refuses whatever damage there is, nothing else", async () => {
    const formats = ["jpeg", "png", "webp", "gif", "tiff", "avif"] as const;
    const random = stream(7, "damage");
    for (const format of formats) {
      const sound = await quarters().toFormat(format).toBuffer();
      for (let round = 0; round < 15; round++) {
        const damaged = Uint8Array.from(sound);
        for (let i = 0; i < 4; i++) damaged[12 + random.below(damaged.length - 12)] = random.below(256);
        expect(await reasonOf(damaged)).toMatch(/it was decoded|Cannot read/);
      }
    }
  });
});
