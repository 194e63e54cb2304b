// What Node's decoder refuses (test/datasets/decoder-bad-input.test.ts), the browser's refuses as well, and addresses.
import sharp from "sharp";
import { beforeAll, expect, it } from "vitest";
import { stream } from "../../src/random.js";
import { describeChromium } from "../helpers/chromium.js";
import { serveStatic } from "../helpers/static-server.js";
import { blackPng } from "./black-png.js";
import { type DecoderPage, openDecoder } from "./browser-decoder.js";
import { asIs, quarters, transformTo } from "./quarters.js";

const bytes = (text: string): Buffer => Buffer.from(text, "latin1");
const formats = ["jpeg", "png", "webp", "gif", "avif"] as const;

describeChromium("bad input", () => {
  let there: DecoderPage;
  beforeAll(async () => {
    there = await openDecoder();
    return there.close;
  });
  const reasonOf = (image: string | Uint8Array, transform = asIs) => there.reasonOf(image, transform);

  it.each([
    ["no bytes", bytes(""), "Cannot read an image of 0 bytes: the file is empty."],
    ["text", bytes("hello"), /does not begin like JPEG/],
    ["a web page", bytes("<!doctype html><title>404</title>"), /does not begin like JPEG/],
    ["SVG", bytes(`<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>`), /SVG is a drawing/],
    ["HEIC", bytes("\0\0\0\x18ftypheic\0\0\0\0mif1heic"), /HEIC cannot be read; convert it to JPEG/],
    ["a JPEG's beginning", bytes("\xff\xd8\xff\xe0"), /could not be decoded; the file is missing or damaged/],
    ["a GIF's beginning", bytes("GIF89a"), /could not be decoded; the file is missing or damaged/],
  ])("refuses %s", async (_, image, message) => {
    expect(await reasonOf(image)).toMatch(message);
  });

  it("says of TIFF what to do", async () => {
    const tiff = await quarters().tiff().toBuffer();
    expect(await reasonOf(tiff)).toMatch(/most browsers do not decode TIFF: convert it to JPEG or PNG\.$/);
  });

  it.each(formats)("refuses a truncated %s", async (format) => {
    const noise = { type: "gaussian" as const, mean: 128, sigma: 40 };
    const image = sharp({ create: { width: 120, height: 90, channels: 3, background: "black", noise } });
    const whole = await image.toFormat(format).toBuffer();
    expect(await reasonOf(whole)).toBe("it was decoded");
    expect(await reasonOf(whole.subarray(0, whole.length * 0.6))).toMatch(/missing or damaged/);
  });

  it("reads a JPEG with stray bytes, which do no harm", async () => {
    const whole = await quarters().jpeg().toBuffer();
    const stray = Buffer.concat([whole.subarray(0, -2), Buffer.alloc(65, 0x11), whole.subarray(-2)]);
    expect(await reasonOf(stray)).toBe("it was decoded");
  });

  it("refuses more pixels than maxPixels without decoding them", async () => {
    const huge = there.publish("/huge.png", blackPng(20_000, 20_000));
    const before = performance.now();
    expect(await reasonOf(huge)).toMatch(
      /huge\.png: 20000 × 20000 pixels are more than 100000000; raise image\.maxPix/,
    );
    // Decoding takes several seconds.
    expect(performance.now() - before).toBeLessThan(1000);
    const small = blackPng(200, 100);
    expect(await reasonOf(small, transformTo(10, 10, 19_999))).toMatch(/200 × 100 pixels are more than 19999/);
    expect(await reasonOf(small, transformTo(10, 10, 20_000))).toBe("it was decoded");
  });

  it("also where only decoding tells how many there are", async () => {
    const gif = await quarters().gif().toBuffer();
    // The first frame is 60 × 40; the canvas it is put on is said to be of no size.
    const sizeless = Buffer.concat([gif.subarray(0, 6), Buffer.alloc(4), gif.subarray(10)]);
    expect(await reasonOf(sizeless, transformTo(10, 10, 2399))).toMatch(/60 × 40 pixels are more than 2399/);
  });

  it("takes any aspect ratio", async () => {
    const transform = { ...asIs, resize: { shortestEdge: 32 }, crop: { height: 32, width: 32 } };
    for (const [width, height] of [
      [1, 30_000],
      [30_000, 1],
      [300, 30_000],
      [1, 1],
    ] as const) {
      const grey = sharp({ create: { width, height, channels: 3, background: "#808080" } });
      const rgb = await there.decode(await grey.png().toBuffer(), transform);
      expect(rgb.every((value) => value === 128)).toBe(true);
    }
  });

  it("decodes or refuses whatever damage there is, nothing else", async () => {
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

  it("says why an address gives no photo", async () => {
    const photo = await quarters().png().toBuffer();
    expect(await reasonOf(there.publish("/sound.png", photo))).toBe("it was decoded");
    expect(await reasonOf("sound.png")).toBe("it was decoded");
    expect(await reasonOf("http://")).toMatch(/^Cannot read http:\/\/: it cannot be fetched/);
    expect(await reasonOf(`${there.url}/none.jpg`)).toContain("none.jpg: the server answers with status 404");
    expect(await reasonOf(there.publish("/page.html", "<html>"))).toContain("gives a web page instead of it");
    const other = await serveStatic();
    // Of another port, so of another origin, which allows nobody to read it.
    expect(await reasonOf(other.publish("/sound.png", photo))).toMatch(
      /cannot be fetched .* allows this page .* \(CORS/,
    );
    await other.close();
    expect(await reasonOf(`${other.url}/sound.png`)).toMatch(
      /cannot be fetched .*check the address and the connection/,
    );
  });
});
