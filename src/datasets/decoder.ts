// What a platform must offer to read photos: sharp on Node, the browser's own decoder on a page.
import type { ImageSource } from "./image-source.js";
import type { Rgb } from "./resample.js";
import type { ImageTransform } from "./transform.js";

export interface ImageDecoder {
  /**
   * Decodes, turns upright, resizes and crops: 8-bit sRGB in HWC, `outputSize(transform)` large.
   * @throws "unreadable-image"
   */
  decode(image: ImageSource, transform: ImageTransform): Promise<Uint8Array>;
  /**
   * The bytes of an encoded image, no more than one of `maxPixels` can have.
   * @throws "unreadable-image"
   */
  read(image: ImageSource, transform: Pick<ImageTransform, "maxPixels">): Promise<Uint8Array>;
}

/** Also pictures that parts are taken from. */
export interface PictureDecoder extends ImageDecoder {
  /**
   * Decodes, turns upright and resizes as `decode` does, but crops nothing, and makes photos that have the pixels up to `finest`
   * times as large, each way. Of one more than four times as long as wide it is the middle.
   * @throws "unreadable-image"
   */
  decodeWhole(image: ImageSource, transform: ImageTransform, finest: number): Promise<Rgb>;
}

/** Also the way back, for pictures that people look at. */
export interface ImageCodec extends PictureDecoder {
  /** A JPEG, of quality 85. */
  encode(image: Rgb): Promise<Uint8Array>;
}
