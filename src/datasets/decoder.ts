// What a platform must offer to read photos: sharp on Node, the browser's own decoder on a page.
import type { ImageTransform } from "./transform.js";

export interface ImageDecoder {
  /**
   * Decodes, turns upright, resizes and crops: 8-bit sRGB in HWC, `outputSize(transform)` large.
   * @param image a path, or the bytes of an encoded image
   * @throws "unreadable-image"
   */
  decode(image: string | Uint8Array, transform: ImageTransform): Promise<Uint8Array>;
  /**
   * The encoded image at a path, no larger than one of `maxPixels` can be.
   * @throws "unreadable-image"
   */
  read(path: string, transform: Pick<ImageTransform, "maxPixels">): Promise<Uint8Array>;
}
