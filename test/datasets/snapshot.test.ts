import type { JSHandle } from "playwright-core";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import type * as Snapshot from "../../src/datasets/snapshot.js";
import { isDrawable } from "../../src/datasets/snapshot.js";
import { describeChromium, type OpenedPage, openPage } from "../helpers/chromium.js";
import { serveStatic } from "../helpers/static-server.js";
import { quarters } from "./quarters.js";

describe("isDrawable", () => {
  it("is safe where there are no pages", () => {
    expect("HTMLImageElement" in globalThis).toBe(false);
    const values = [undefined, null, 1, "a.png", {}, [], new Uint8Array(3), new Blob([]), Object.create(null)];
    expect(values.filter(isDrawable)).toEqual([]);
  });
});

describeChromium("snapshot", () => {
  let opened: OpenedPage;
  let source: JSHandle<typeof Snapshot>;
  const width = 61;
  const height = 43;
  const rgb = Buffer.from(Array.from({ length: width * height * 3 }, (_, i) => (i * 7 + (i >> 5)) & 255));
  beforeAll(async () => {
    opened = await openPage();
    source = await opened.load<typeof Snapshot>("src/datasets/snapshot.ts");
    const raw = { width, height, channels: 3 as const };
    opened.publish("/sound.png", await sharp(rgb, { raw }).png().toBuffer());
    const turned = sharp(rgb, { raw }).withIccProfile("p3").withMetadata({ orientation: 6 });
    opened.publish("/turned.jpg", await turned.jpeg({ quality: 100 }).toBuffer());
    opened.publish("/broken.png", "no image");
    return opened.close;
  });

  const rgbOf = async (png: Uint8Array): Promise<Buffer> => sharp(png).removeAlpha().raw().toBuffer();

  it.each(["img", "canvas", "OffscreenCanvas", "ImageBitmap", "ImageData", "VideoFrame"])(
    "is every pixel of an opaque %s, which stays as it is",
    async (kind) => {
      const [first, second] = await opened.page.evaluate(
        async ({ source, kind }) => {
          const image = new Image();
          image.src = "/sound.png";
          await image.decode();
          const canvas = document.createElement("canvas");
          [canvas.width, canvas.height] = [image.width, image.height];
          const context = canvas.getContext("2d")!;
          context.drawImage(image, 0, 0);
          const all = [0, 0, image.width, image.height] as const;
          const offscreen = new OffscreenCanvas(image.width, image.height);
          offscreen.getContext("2d")!.drawImage(image, 0, 0);
          const drawable = {
            img: image,
            canvas,
            OffscreenCanvas: offscreen,
            ImageBitmap: await createImageBitmap(image),
            ImageData: context.getImageData(...all),
            VideoFrame: new VideoFrame(canvas, { timestamp: 0, alpha: "discard" }),
          }[kind]!;
          if (!source.isDrawable(drawable)) return [];
          const bytesOf = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer());
          return [await bytesOf(await source.snapshot(drawable)), await bytesOf(await source.snapshot(drawable))];
        },
        { source, kind },
      );
      expect((await sharp(first).metadata()).format).toBe("png");
      expect(Buffer.compare(await rgbOf(first!), rgb)).toBe(0);
      expect(Buffer.compare(second!, first!)).toBe(0);
    },
  );

  it("is what shows at the moment of the call", async () => {
    const png = await opened.page.evaluate(async (source) => {
      const canvas = new OffscreenCanvas(2, 1);
      const context = canvas.getContext("2d")!;
      context.fillStyle = "#010203";
      context.fillRect(0, 0, 2, 1);
      const taken = source.snapshot(canvas);
      context.fillStyle = "white";
      context.fillRect(0, 0, 2, 1);
      return new Uint8Array(await (await taken).arrayBuffer());
    }, source);
    expect([...(await rgbOf(png))]).toEqual([1, 2, 3, 1, 2, 3]);
  });

  it("is a video's current frame", async () => {
    const png = await opened.page.evaluate(async (source) => {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [64, 48];
      const context = canvas.getContext("2d")!;
      const video = document.createElement("video");
      video.muted = true;
      video.srcObject = canvas.captureStream();
      const loaded = new Promise((resolve) => video.addEventListener("loadeddata", resolve));
      context.fillStyle = "#c86432";
      context.fillRect(0, 0, 64, 48);
      void video.play();
      await loaded;
      return new Uint8Array(await (await source.snapshot(video)).arrayBuffer());
    }, source);
    const pixels = await rgbOf(png);
    expect(pixels.length).toBe(64 * 48 * 3);
    // Videos are in YUV.
    for (const [i, value] of pixels.entries()) {
      const error = Math.abs(value - [0xc8, 0x64, 0x32][i % 3]!);
      if (error > 3) expect(error, `at ${i}`).toBeLessThanOrEqual(3);
    }
  });

  it("of an <img> is upright, and has the file's own colours, as decoding the file gives them", async () => {
    const png = await opened.page.evaluate(async (source) => {
      const image = new Image();
      image.src = "/turned.jpg";
      await image.decode();
      return new Uint8Array(await (await source.snapshot(image)).arrayBuffer());
    }, source);
    const file = new Uint8Array(await (await fetch(`${opened.url}/turned.jpg`)).arrayBuffer());
    const upright = await sharp(file, { autoOrient: true, ignoreIcc: true }).toColourspace("srgb").raw().toBuffer();
    expect(Buffer.compare(await rgbOf(png), upright)).toBe(0);
  });

  it("encodes 12 megapixels in slices, between which the page lives", async () => {
    const beats = await opened.page.evaluate(async (source) => {
      const noise = new ImageData(4032, 3024);
      for (let i = 0; i < noise.data.length; i++) noise.data[i] = i % 4 === 3 ? 255 : (i * i * 31 + i * 17) >> 3;
      const taken = source.snapshot(noise);
      let beats = 0;
      const beat = setInterval(() => beats++, 1);
      await taken;
      clearInterval(beat);
      return beats;
    }, source);
    // One for each 50 ms.
    expect(beats).toBeGreaterThanOrEqual(4);
  });

  it("refuses what shows nothing, and says why", async () => {
    const other = await serveStatic();
    const foreign = other.publish("/sound.png", await quarters().png().toBuffer());
    const messages = await opened.page.evaluate(
      async ({ source, foreign }) => {
        const image = (src: string): HTMLImageElement => Object.assign(new Image(), { src });
        const tainted = document.createElement("canvas");
        const other = image(foreign);
        await other.decode();
        tainted.getContext("2d")!.drawImage(other, 0, 0);
        const broken = image("/broken.png");
        await broken.decode().catch(() => undefined);
        const bitmap = await createImageBitmap(new ImageData(2, 2));
        bitmap.close();
        const drawn = new OffscreenCanvas(2, 2);
        drawn.getContext("2d");
        const frame = new VideoFrame(drawn, { timestamp: 0 });
        frame.close();
        const messageOf = (drawable: Parameters<typeof source.snapshot>[0]) =>
          source.snapshot(drawable).then(
            () => "it was taken",
            (error) => `${error.code}: ${error.message}`,
          );
        const drawables = {
          loading: image("/sound.png?again"),
          none: new Image(),
          broken,
          foreign: other,
          tainted,
          empty: new OffscreenCanvas(0, 5),
          video: document.createElement("video"),
          bitmap,
          frame,
        };
        const entries = Object.entries(drawables).map(async ([name, drawable]) => [name, await messageOf(drawable)]);
        return Object.fromEntries(await Promise.all(entries));
      },
      { source, foreign },
    );
    await other.close();
    const cannot = "unreadable-image: Cannot read";
    const cors = /it shows images of another origin, .* crossorigin="anonymous" .* \(CORS, the header Access-Control/;
    expect(messages).toEqual({
      loading: `${cannot} an <img>: it is not loaded yet: await its decode(), or its event "load".`,
      none: `${cannot} an <img>: its file is missing, damaged or without a size.`,
      broken: `${cannot} an <img> (${opened.url}/broken.png): its file is missing, damaged or without a size.`,
      foreign: expect.stringMatching(cors),
      tainted: expect.stringMatching(cors),
      empty: `${cannot} an OffscreenCanvas: it is empty or closed (0 × 5 pixels).`,
      video: `${cannot} a <video>: it has no frame yet: await its event "loadeddata".`,
      bitmap: `${cannot} an ImageBitmap: it is empty or closed (0 × 0 pixels).`,
      frame: `${cannot} a VideoFrame: it is empty or closed (0 × 0 pixels).`,
    });
  });

  it("takes no other elements, nor what is encoded already", async () => {
    const taken = await opened.page.evaluate((source) => {
      const svg = document.createElementNS("http://www.w3.org/2000/svg", "image");
      const values = [document.createElement("div"), svg, new Blob([]), new File([], "a.png"), "a.png", null];
      return values.filter(source.isDrawable).length;
    }, source);
    expect(taken).toBe(0);
  });
});
