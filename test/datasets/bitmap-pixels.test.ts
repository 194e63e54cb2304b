import type { JSHandle } from "playwright-core";
import sharp from "sharp";
import { beforeAll, expect, it } from "vitest";
import type * as BitmapPixels from "../../src/datasets/bitmap-pixels.js";
import { describeChromium, type OpenedPage, openPage } from "../helpers/chromium.js";

// Larger than the parts that are read at a time, in both directions; no two neighbours alike.
const [width, height] = [700, 300];
const rgba = Uint8Array.from({ length: width * height * 4 }, (_, i) => (i % 4 === 3 ? i >> 2 : i * 7 + (i >> 11)));
const rgb = rgba.filter((_, i) => i % 4 !== 3);

describeChromium("pixelsOf", () => {
  let opened: OpenedPage;
  let source: JSHandle<typeof BitmapPixels>;
  beforeAll(async () => {
    opened = await openPage();
    source = await opened.load<typeof BitmapPixels>("src/datasets/bitmap-pixels.ts");
    const png = (data: Uint8Array, channels: 3 | 4) =>
      sharp(data, { raw: { width, height, channels } }).png().toBuffer();
    opened.publish("/opaque.png", await png(rgb, 3));
    opened.publish("/translucent.png", await png(rgba, 4));
    return opened.close;
  });

  /** @param change of the browser, meanwhile. */
  const pixelsOf = (path: string, change?: "no WebGL" | "small textures" | "much noise" | "little noise") =>
    opened.page.evaluate(
      async ({ source, path, change }) => {
        const none = { colorSpaceConversion: "none", premultiplyAlpha: "none" } as const;
        const bitmap = await createImageBitmap(await (await fetch(path)).blob(), none);
        const canvas = OffscreenCanvas.prototype;
        const context = OffscreenCanvasRenderingContext2D.prototype;
        const gl = WebGLRenderingContext.prototype;
        const { getContext } = canvas;
        const { getImageData } = context;
        const { texImage2D } = gl;
        const noisy = (bits: number) =>
          function (this: OffscreenCanvasRenderingContext2D, ...where: Parameters<typeof getImageData>) {
            const image = getImageData.apply(this, where);
            for (let i = 0; i < image.data.length; i++) image.data[i]! ^= (i * 73) & bits;
            return image;
          };
        if (change === "much noise") context.getImageData = noisy(0xff);
        if (change === "little noise") context.getImageData = noisy(0x01);
        if (change === "small textures") gl.texImage2D = () => undefined;
        if (change === "no WebGL") {
          canvas.getContext = function (this: OffscreenCanvas, kind: string, options?: unknown) {
            return kind === "webgl" ? null : Reflect.apply(getContext, this, [kind, options]);
          } as typeof getContext;
        }
        try {
          return source.pixelsOf("a.png", bitmap).data;
        } catch (error) {
          return String(error);
        } finally {
          Object.assign(canvas, { getContext });
          Object.assign(context, { getImageData });
          Object.assign(gl, { texImage2D });
          bitmap.close();
        }
      },
      { source, path, change },
    );

  it("gives every pixel of an opaque image, with and without WebGL", async () => {
    expect(Buffer.compare(Buffer.from(await pixelsOf("/opaque.png")), rgb)).toBe(0);
    expect(Buffer.compare(Buffer.from(await pixelsOf("/opaque.png", "no WebGL")), rgb)).toBe(0);
  });

  it("gives colours under alpha as they are stored, even those that do not show", async () => {
    expect(Buffer.compare(Buffer.from(await pixelsOf("/translucent.png")), rgb)).toBe(0);
  });

  it.each(["no WebGL", "small textures"] as const)("rounds them where there is no other way: %s", async (change) => {
    const pixels = (await pixelsOf("/translucent.png", change)) as Uint8Array;
    expect(pixels.length).toBe(rgb.length);
    const wrong = pixels.findIndex((value, i) => {
      const alpha = rgba[Math.floor(i / 3) * 4 + 3]!;
      // Half a step of what is left of the colour, and half a step when it is scaled back.
      return alpha === 0 ? value !== 0 : Math.abs(value - rgb[i]!) > 127.5 / alpha + 0.5;
    });
    expect(wrong).toBe(-1);
  });

  it("refuses pixels that the browser falsifies; one bit more or less may pass", async () => {
    expect(await pixelsOf("/opaque.png", "much noise")).toContain(
      "Cannot read a.png: a privacy setting falsifies pixels: let this site read canvases.",
    );
    expect((await pixelsOf("/opaque.png", "little noise")).length).toBe(rgb.length);
  });

  it("may be called often: contexts are given back", async () => {
    const equal = await opened.page.evaluate(
      async ({ source }) => {
        const bitmap = await createImageBitmap(await (await fetch("/translucent.png")).blob(), {
          premultiplyAlpha: "none",
        });
        const first = source.pixelsOf("a.png", bitmap).data;
        return Array.from({ length: 40 }, () => source.pixelsOf("a.png", bitmap).data.every((x, i) => x === first[i]));
      },
      { source },
    );
    expect(equal).toEqual(Array(40).fill(true));
    expect(opened.errors).toEqual([]);
  });
});
