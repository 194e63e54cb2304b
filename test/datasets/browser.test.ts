// Compared with Node's decoder, which test/datasets/node.test.ts compares with Pillow.
import { readFileSync } from "node:fs";
import sharp, { type Sharp } from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { type Filter, resample } from "../../src/datasets/resample.js";
import { centreWindow, resizedSize } from "../../src/datasets/resize.js";
import { defaultTransform, type ImageTransform, outputSize } from "../../src/datasets/transform.js";
import { describeChromium } from "../helpers/chromium.js";
import { photosIn } from "../helpers/photos.js";
import { describeShared, sharedPath } from "../helpers/shared.js";
import { type DecoderPage, openDecoder } from "./browser-decoder.js";
import { decoder as node, transformTo } from "./quarters.js";

const { crop: _, ...uncropped } = defaultTransform;
const squash: ImageTransform = { ...uncropped, resize: { height: 224, width: 224 } };

/** Smooth shapes with grain, everywhere different, always the same. */
async function photo(width = 120, height = 90): Promise<Sharp> {
  const noise = new Uint8Array(width * height * 3);
  // A linear congruential generator.
  for (let i = 0, state = 1; i < noise.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    noise[i] = state >>> 24;
  }
  const grain = sharp(noise, { raw: { width, height, channels: 3 } }).blur(1.5);
  return sharp(await grain.png({ compressionLevel: 1 }).toBuffer());
}

async function translucent(): Promise<Sharp> {
  const rgb = await (await photo()).raw().toBuffer();
  const alpha = Buffer.from(Array.from({ length: 120 * 90 }, (_, i) => i % 256));
  const raw = { width: 120, height: 90 };
  return sharp(rgb, { raw: { ...raw, channels: 3 } }).joinChannel(alpha, { raw: { ...raw, channels: 1 } });
}

function differences(actual: Uint8Array, expected: Uint8Array): { mean: number; most: number } {
  expect(actual.length).toBe(expected.length);
  let [sum, most] = [0, 0];
  for (const [i, value] of actual.entries()) {
    const difference = Math.abs(value - expected[i]!);
    sum += difference;
    most = Math.max(most, difference);
  }
  return { mean: sum / actual.length, most };
}

describeChromium("the browser's decoder", () => {
  let there: DecoderPage;
  beforeAll(async () => {
    there = await openDecoder();
    return there.close;
  });

  async function expectSame(bytes: Uint8Array, transform: ImageTransform, mean: number, most: number): Promise<void> {
    const [actual, expected] = await Promise.all([
      there.decode(there.publish("/photo", bytes), transform),
      node.decode(bytes, transform),
    ]);
    const found = differences(actual, expected);
    expect(found.mean).toBeLessThanOrEqual(mean);
    expect(found.most).toBeLessThanOrEqual(most);
  }

  /** Neither resized nor cropped. */
  async function expectSamePixels(bytes: Uint8Array, mean = 0, most = 0): Promise<void> {
    const { autoOrient } = await sharp(bytes).metadata();
    await expectSame(bytes, transformTo(autoOrient.height, autoOrient.width), mean, most);
  }

  describe("gives Node's pixels", () => {
    const p3 = async () => (await photo()).withIccProfile("p3");
    it.each<[string, () => Promise<Sharp>]>([
      ["a JPEG, 4:4:4", async () => (await photo()).jpeg({ chromaSubsampling: "4:4:4" })],
      ["a JPEG, 4:2:0, odd edges", async () => (await photo(121, 91)).jpeg()],
      ["a progressive JPEG", async () => (await photo()).jpeg({ progressive: true })],
      ["a grey JPEG", async () => (await photo()).greyscale().jpeg()],
      ["a PNG", async () => (await photo()).png()],
      ["a palette PNG", async () => (await photo()).png({ palette: true, colours: 64 })],
      ["a 16-bit PNG", async () => (await photo()).toColourspace("rgb16").png()],
      ["a grey PNG", async () => (await photo()).greyscale().png()],
      ["a grey 16-bit PNG", async () => (await photo()).toColourspace("grey16").png()],
      ["a lossy WebP", async () => (await photo()).webp()],
      ["a lossless WebP", async () => (await photo()).webp({ lossless: true })],
      ["a GIF", async () => (await photo()).gif()],
      ["a PNG with alpha", async () => (await translucent()).png()],
      ["a palette PNG with alpha", async () => (await translucent()).png({ palette: true })],
      ["a grey PNG with alpha", async () => (await translucent()).greyscale().png()],
      ["a lossy WebP with alpha", async () => (await translucent()).webp()],
      ["a lossless WebP with alpha", async () => (await translucent()).webp({ lossless: true, exact: true })],
      ["a GIF with holes", async () => (await translucent()).gif()],
      ["a JPEG with a profile", async () => (await p3()).jpeg()],
      ["a PNG with a profile", async () => (await p3()).png()],
      ["a WebP with a profile", async () => (await p3()).webp()],
    ])("of %s", async (_, encoded) => {
      await expectSamePixels(await (await encoded()).toBuffer());
    });

    it("of the first frame of an animation", async () => {
      const frames = await Promise.all([photo(), photo()].map(async (frame) => (await frame).png().toBuffer()));
      for (const format of ["gif", "webp"] as const) {
        const animated = sharp(frames, { join: { animated: true } }).toFormat(format, { lossless: true });
        await expectSamePixels(await animated.toBuffer());
      }
    });

    it("turned upright by any EXIF orientation", async () => {
      for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
        await expectSamePixels(await (await photo()).withMetadata({ orientation }).jpeg().toBuffer());
      }
      await expectSamePixels(await (await photo()).withMetadata({ orientation: 6 }).png().toBuffer());
    });

    it("but for roundings in an AVIF, and its chroma's interpolation", async () => {
      const quality = 90;
      const avif = (image: Sharp, chromaSubsampling: string) => image.avif({ effort: 0, quality, chromaSubsampling });
      await expectSamePixels(await avif(await photo(), "4:4:4").toBuffer(), 0.04, 1);
      await expectSamePixels(await avif(await translucent(), "4:4:4").toBuffer(), 0.04, 1);
      // Of noise; of photos 0.03 to 0.05, and 6.
      await expectSamePixels(await avif(await photo(), "4:2:0").toBuffer(), 3.3, 23);
    });
  });

  it("turns CMYK into RGB as Pillow does: (1 - ink) · (1 - black)", async () => {
    const bytes = await (await photo()).toColourspace("cmyk").jpeg().toBuffer();
    const inks = await sharp(bytes, { ignoreIcc: true })
      .pipelineColourspace("cmyk")
      .toColourspace("cmyk")
      .raw()
      .toBuffer();
    const rgb = Uint8Array.from({ length: 120 * 90 * 3 }, (_, i) => {
      const pixel = Math.floor(i / 3) * 4;
      return ((255 - inks[pixel + (i % 3)]!) * (255 - inks[pixel + 3]!)) / 255;
    });
    const found = differences(await there.decode(bytes, transformTo(90, 120)), rgb);
    expect(found.mean).toBeLessThanOrEqual(0.5);
    expect(found.most).toBeLessThanOrEqual(1);
  });

  describe("resizes as Pillow does, bit for bit, and as Node nearly does", () => {
    const sizes = [
      [500, 375],
      [1800, 1201],
      [160, 120],
      [400, 100],
    ] as const;
    const filters: readonly Filter[] = ["bicubic", "bilinear", "nearest"];

    it.each(sizes)("%i × %i", async (width, height) => {
      const bytes = await (await photo(width, height)).png().toBuffer();
      const url = there.publish("/png", bytes);
      const image = { width, height, data: await sharp(bytes).raw().toBuffer() };
      for (const filter of filters) {
        for (const transform of [defaultTransform, squash].map((one) => ({ ...one, resample: filter }))) {
          const target = resizedSize(image, transform.resize);
          const pillow = resample(image, target, filter, centreWindow(target, outputSize(transform)));
          expect(differences(await there.decode(url, transform), pillow).most).toBe(0);
          await expectSame(bytes, transform, filter === "nearest" ? 0 : 0.28, filter === "nearest" ? 0 : 6);
        }
      }
    });
  });

  it("decodes in a worker as on the page, Blobs and Files too, and leaves the bytes to the caller", async () => {
    const bytes = new Uint8Array(await (await photo()).jpeg().toBuffer());
    const script = `import { createBrowserDecoder } from ${JSON.stringify(await there.bundle("src/datasets/browser.ts"))};
      const decoder = createBrowserDecoder(${JSON.stringify(there.url)});
      onmessage = async ({ data: { image, transform } }) =>
        postMessage([await decoder.decode(image, transform), await decoder.read(image, transform)]);`;
    const answers = await there.page.evaluate(
      async ({ url, bytes, transform }) => {
        const worker = new Worker(url, { type: "module" });
        const answers: [Uint8Array, Uint8Array][] = [];
        for (const image of [
          bytes,
          new Blob([bytes]),
          new File([bytes], "a.jpg"),
          URL.createObjectURL(new Blob([bytes])),
        ]) {
          worker.postMessage({ image, transform });
          answers.push(
            await new Promise((resolve) =>
              worker.addEventListener("message", (event) => resolve(event.data), { once: true }),
            ),
          );
        }
        worker.terminate();
        return answers;
      },
      { url: there.publish("/worker.js", script), bytes, transform: squash },
    );
    const expected = await there.decode(bytes, squash);
    expect(answers.length).toBe(4);
    for (const [decoded, read] of answers) {
      expect(differences(decoded, expected).most).toBe(0);
      expect(differences(read, bytes).most).toBe(0);
    }
  });

  it("decodes 12 megapixels in parts, the last of which are smaller", async () => {
    const bytes = await (await photo(4032, 3024)).jpeg().toBuffer();
    const url = there.publish("/large.jpg", bytes);
    const transform = { ...defaultTransform, resample: "nearest" as const };
    expect(differences(await there.decode(url, transform), await node.decode(bytes, transform)).most).toBe(0);
  });

  describeShared("of real photos", () => {
    it("differs from Node by its resizing alone", async () => {
      for (const path of ["cat", "dog"].flatMap((name) =>
        photosIn(sharedPath("data/cats-vs-dogs/valid", name)).slice(0, 6),
      )) {
        const bytes = readFileSync(path);
        await expectSamePixels(bytes);
        await expectSame(bytes, { ...defaultTransform, resample: "bicubic" }, 0.25, 9);
        await expectSame(bytes, defaultTransform, 0.3, 9);
      }
    });
  });
});
