// What a page shows, in an <img>, a <canvas>, a <video>, as an encoded image, which workers take like any photo.
import { RegraftError } from "../errors.js";

/** SVG elements are not among them, of which browsers make no bitmaps: draw them on a canvas. */
export type Drawable =
  | HTMLImageElement
  | HTMLCanvasElement
  | HTMLVideoElement
  | OffscreenCanvas
  | VideoFrame
  | ImageBitmap
  | ImageData;

const names: Readonly<Record<string, string>> = {
  HTMLImageElement: "an <img>",
  HTMLCanvasElement: "a <canvas>",
  HTMLVideoElement: "a <video>",
  OffscreenCanvas: "an OffscreenCanvas",
  VideoFrame: "a VideoFrame",
  ImageBitmap: "an ImageBitmap",
  ImageData: "an ImageData",
};

/** By its tag: `instanceof` needs the classes, which Node and workers lack, and fails for elements of other frames. */
const kindOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1);

export const isDrawable = (value: unknown): value is Drawable => Object.hasOwn(names, kindOf(value));

/**
 * A PNG of what `source` shows at the moment of the call; the source stays as it is. Translucent colours are rounded, as
 * canvases do. Encoded in slices: 12 megapixels take half a second, in which the page is held up for 60 ms at a time.
 * @throws "unreadable-image" for what is not loaded, empty, closed, or from another origin that does not allow it
 */
export async function snapshot(source: Drawable): Promise<Blob> {
  const problem = problemOf(source);
  if (problem) throw unseen(source, problem);
  try {
    // Without a conversion colours are the file's own, as they are when the file is decoded.
    const bitmap = await createImageBitmap(source, { colorSpaceConversion: "none" });
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    // Not by "bitmaprenderer", which in Chromium forgets how EXIF turns the image.
    canvas.getContext("2d", { willReadFrequently: true })?.drawImage(bitmap, 0, 0);
    bitmap.close();
    return await canvas.convertToBlob({ type: "image/png" });
  } catch (cause) {
    const { name, message } = cause as Error;
    throw unseen(source, name === "SecurityError" ? foreign : message.replace(/\.$/, ""), cause);
  }
}

const foreign =
  'it shows images of another origin, which pages may not read: set crossorigin="anonymous" on the element before its ' +
  "src, and let the server allow this page (CORS, the header Access-Control-Allow-Origin)";

function problemOf(source: Drawable): string | undefined {
  if ("naturalWidth" in source) {
    if (!source.complete) return 'it is not loaded yet: await its decode(), or its event "load"';
    return source.naturalWidth * source.naturalHeight > 0
      ? undefined
      : "its file is missing, damaged or without a size";
  }
  if ("videoWidth" in source) {
    return source.readyState < 2 ? 'it has no frame yet: await its event "loadeddata"' : undefined;
  }
  const [width, height] =
    "displayWidth" in source ? [source.displayWidth, source.displayHeight] : [source.width, source.height];
  return width * height > 0 ? undefined : `it is empty or closed (${width} × ${height} pixels)`;
}

function unseen(source: Drawable, reason: string, cause?: unknown): RegraftError {
  const address = "currentSrc" in source && !source.currentSrc.startsWith("data:") ? source.currentSrc : "";
  const image = [names[kindOf(source)], address && `(${address})`].filter(Boolean).join(" ");
  return new RegraftError("unreadable-image", { image, reason }, `Cannot read ${image}: ${reason}.`, { cause });
}
