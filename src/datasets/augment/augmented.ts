// A view of a decoded photo as the network gets it: geometry in one warp, then colours, then erasing.
import type { Rgb } from "../resample.js";
import type { Size } from "../resize.js";
import { type ImageTransform, outputSize } from "../transform.js";
import type { PhotoAugment } from "./augment-spec.js";
import { changeColours } from "./colour.js";
import type { PhotoView } from "./view.js";
import { warp } from "./warp.js";

/** 8-bit RGB in HWC, `outputSize(transform)` large. */
export function augmented(picture: Rgb, view: PhotoView, transform: ImageTransform): Uint8Array {
  const size = outputSize(transform);
  const rgb = warp(picture, view.warp, size);
  changeColours(rgb, view.colour);
  if (view.erased) erase(rgb, size, view.erased, transform.mean);
  return rgb;
}

/** With the mean colour, which normalisation makes zero, to the rounding of 8 bits: torchvision's default value. */
function erase(
  rgb: Uint8Array,
  { width }: Size,
  { top, left, ...box }: NonNullable<PhotoView["erased"]>,
  mean: ImageTransform["mean"],
): void {
  const colour = mean.map((value) => Math.round(255 * Math.min(1, Math.max(0, value))));
  for (let y = top; y < top + box.height; y++) {
    for (let x = left; x < left + box.width; x++) rgb.set(colour, 3 * (y * width + x));
  }
}

// fast.ai's lessons decode photos to 460 pixels for networks of 224 ("presizing").
const finestDecode = 2;

/**
 * How many times larger than the transform says photos are decoded, each way, where they have the pixels, so that the smallest
 * crop of a square one is not blown up: √(output / (least scale · resized)), from 1 to 2.
 */
export function decodeScale({ randomResizedCrop: crop }: PhotoAugment, transform: ImageTransform): number {
  if (!crop) return 1;
  const { resize } = transform;
  const { height, width } = outputSize(transform);
  const area = "shortestEdge" in resize ? resize.shortestEdge ** 2 : resize.height * resize.width;
  return Math.min(finestDecode, Math.max(1, Math.sqrt((height * width) / (crop.scale[0] * area))));
}
