// Image decoding for the browser, in a worker or on the page: the browser decodes, we resize.
import { isRegraftError } from "../errors.js";
import { pixelsOf } from "./bitmap-pixels.js";
import type { ImageCodec, ImageDecoder } from "./decoder.js";
import { refusalOf } from "./formats.js";
import { dimensionsOf } from "./image-dimensions.js";
import type { ImageSource } from "./image-source.js";
import { type Rgb, resample } from "./resample.js";
import { centreWindow, finerSize, middleOf, resizedSize } from "./resize.js";
import { type ImageTransform, outputSize } from "./transform.js";
import { bytesOf, damaged, refusePixels, unreadable } from "./unreadable.js";

/**
 * Reads what the browser does of JPEG, PNG, WebP, GIF (the first frame), AVIF and TIFF (only Safari); a string is an
 * address. Colour profiles are ignored and alpha is dropped, as in Node. Resizes as Pillow does, bit for bit, from which
 * Node's decoder differs by 0.1 to 0.3 of 255 on average.
 *
 * Pixels are Node's in Chromium but for: AVIF (4:4:4 by 0.04 on average, 4:2:0 by 0.05 on photos), CMYK (as Pillow turns
 * it into RGB), WebP with EXIF (not turned upright), colours that hardly show under alpha in what EXIF turns.
 *
 * @param base what relative addresses are relative to: the page's, as a worker has another.
 */
export function createBrowserDecoder(base: string): ImageCodec {
  const readPhoto: ImageDecoder["read"] = async (image, bounds) => {
    if (typeof image !== "string") return bytesOf(image, bounds).catch((cause) => failed(image, cause, damaged));
    const { fetchImage } = await import("./fetch-image.js");
    return fetchImage(URL.canParse(image, base) ? new URL(image, base).href : image, bounds);
  };
  const open = async (image: ImageSource, transform: ImageTransform): Promise<Rgb> => {
    const bytes = await readPhoto(image, transform);
    const refusal = refusalOf(bytes);
    if (refusal) throw unreadable(image, refusal);
    const stored = dimensionsOf(bytes);
    if (stored) refusePixels(image, stored, transform);
    return decode(image, bytes, transform);
  };
  return {
    decode: async (image, transform) => {
      const photo = await open(image, transform);
      const target = resizedSize(photo, transform.resize);
      return resample(photo, target, transform.resample, centreWindow(target, outputSize(transform)));
    },
    decodeWhole: async (image, transform, finest) => {
      const photo = await open(image, transform);
      const target = finerSize(photo, transform.resize, finest);
      const window = middleOf(target, transform.resize);
      const { height, width } = window;
      return { data: resample(photo, target, transform.resample, window), height, width };
    },
    read: readPhoto,
    encode: async (image) => (await import("./browser-jpeg.js")).toJpeg(image),
  };
}

async function decode(image: ImageSource, bytes: Uint8Array, transform: ImageTransform): Promise<Rgb> {
  const bitmap = await createImageBitmap(new Blob([bytes as Uint8Array<ArrayBuffer>]), {
    imageOrientation: "from-image",
    colorSpaceConversion: "none",
    premultiplyAlpha: "none",
  }).catch((cause) => failed(image, cause, isTiff(bytes) ? noTiff : damaged));
  try {
    refusePixels(image, bitmap, transform);
    return pixelsOf(image, bitmap);
  } catch (cause) {
    failed(image, cause, "shrink the photo, or leave it out");
  } finally {
    bitmap.close();
  }
}

const noTiff = "most browsers do not decode TIFF: convert it to JPEG or PNG";

/** "II" or "MM" for the order of bytes; no other format that `refusalOf` lets pass begins so. */
const isTiff = ([first, second]: Uint8Array): boolean => first === second && (first === 0x49 || first === 0x4d);

function failed(image: ImageSource, cause: unknown, remedy: string): never {
  if (isRegraftError(cause)) throw cause;
  throw unreadable(image, `${(cause as Error).message.replace(/\.$/, "")}; ${remedy}`, cause);
}
