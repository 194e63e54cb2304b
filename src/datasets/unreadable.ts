// Why an image cannot be read, in the same words on every platform; and the bounds within which it is tried.
import { RegraftError } from "../errors.js";
import { type ImageSource, nameOf } from "./image-source.js";
import type { Size } from "./resize.js";
import type { ImageTransform } from "./transform.js";

export const damaged = "the file is missing or damaged: save it again from its source, or leave it out";

/** @param reason without a full stop. */
export function unreadable(image: ImageSource, reason: string, cause?: unknown): RegraftError {
  const name = nameOf(image) ?? `an image of ${bytesIn(image)} bytes`;
  return new RegraftError("unreadable-image", { image: name, reason }, `Cannot read ${name}: ${reason}.`, { cause });
}

type Bounds = Pick<ImageTransform, "maxPixels">;

/** Of photos with too many pixels. */
export function refusePixels(image: ImageSource, { width, height }: Size, { maxPixels }: Bounds): void {
  if (width * height <= maxPixels) return;
  const reason = `${width} × ${height} pixels are more than ${maxPixels}; raise image.maxPixels or shrink the photo`;
  throw unreadable(image, reason);
}

/** Of files too large to be a photo that has not too many pixels: uncompressed RGBA in 16 bits, and room for metadata. */
export function refuseBytes(image: ImageSource, bytes: number, { maxPixels }: Bounds): void {
  if (bytes <= maxPixels * 8 + 2 ** 26) return;
  const reason = `it has ${bytes} bytes, more than a photo of ${maxPixels} pixels (image.maxPixels) can need`;
  throw unreadable(image, reason);
}

/** The bytes of an image that is no path and no address. */
export async function bytesOf(image: Exclude<ImageSource, string>, bounds: Bounds): Promise<Uint8Array> {
  refuseBytes(image, bytesIn(image), bounds);
  return image instanceof Blob ? new Uint8Array(await image.arrayBuffer()) : image;
}

const bytesIn = (image: ImageSource): number => (image instanceof Blob ? image.size : image.length);
