// From a photo to a network's input: what to do, as plain data, and its last step, the normalisation.
import { assert, invalidArgument } from "../errors.js";
import type { Filter } from "./resample.js";
import type { Resize, Size } from "./resize.js";

type Channels = readonly [red: number, green: number, blue: number];

export interface ImageTransform {
  readonly resize: Resize;
  /** Cut out of the middle after resizing; needed with `shortestEdge`, where sizes differ from photo to photo. */
  readonly crop?: Size;
  readonly resample: Filter;
  /** Per channel, on pixels scaled to 0…1. */
  readonly mean: Channels;
  readonly std: Channels;
  /** Photos with more pixels (width · height) are not decoded. */
  readonly maxPixels: number;
}

/** Torchvision's preset of the ImageNet classifiers; 100 megapixels at most. */
export const defaultTransform: ImageTransform = {
  resize: { shortestEdge: 256 },
  crop: { height: 224, width: 224 },
  resample: "bilinear",
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
  maxPixels: 100_000_000,
};

/** The size of every transformed photo. */
export function outputSize({ resize, crop }: ImageTransform): Size {
  if (crop) return { height: crop.height, width: crop.width };
  assert(!("shortestEdge" in resize), "a transform by shortestEdge has a crop");
  return { height: resize.height, width: resize.width };
}

/**
 * (pixel / 255 - mean) / std, from 8-bit RGB in HWC to CHW.
 * @param out receives 3 · height · width values from `offset` on.
 */
export function toPixelValues(
  rgb: Uint8Array,
  { height, width }: Size,
  { mean, std }: Pick<ImageTransform, "mean" | "std">,
  out: Float32Array,
  offset = 0,
): void {
  const count = height * width;
  assert(rgb.length === 3 * count, `${rgb.length} bytes are not ${height} × ${width} RGB pixels`);
  for (let channel = 0; channel < 3; channel++) {
    // A pixel has 256 values: looking them up takes a third of the time of computing each.
    const values = Float32Array.from({ length: 256 }, (_, x) => (x / 255 - mean[channel]!) / std[channel]!);
    const plane = out.subarray(offset + channel * count, offset + (channel + 1) * count);
    for (let i = 0, p = channel; i < count; i++, p += 3) plane[i] = values[rgb[p]!]!;
  }
}

const largestEdge = 4096;

/**
 * The transform itself when it is sound; what it is checked for, JSON and callers without types get wrong.
 * @throws "invalid-argument", naming the field as a part of `image`
 */
export function validateTransform(transform: ImageTransform): ImageTransform {
  const { resize, crop, resample, mean, std, maxPixels } = transform;
  checkResize(resize);
  if (crop !== undefined) checkCrop(crop, resize);
  else if ("shortestEdge" in resize) {
    throw invalidArgument("image.crop", "{ height, width }, as image.resize gives only the shortest edge", crop);
  }
  if (resample !== "bicubic" && resample !== "bilinear" && resample !== "nearest") {
    throw invalidArgument("image.resample", `"bicubic", "bilinear" or "nearest"`, resample);
  }
  checkChannels("image.mean", mean, "three numbers, on pixels scaled to 0…1", (value) => Math.abs(value) <= 1);
  checkChannels("image.std", std, "three numbers above 0, on pixels scaled to 0…1", (value) => value > 0 && value <= 1);
  if (!Number.isSafeInteger(maxPixels) || maxPixels < 1) {
    throw invalidArgument("image.maxPixels", "a positive whole number", maxPixels);
  }
  return transform;
}

function checkResize(resize: Resize): void {
  if (typeof resize !== "object" || resize === null) {
    throw invalidArgument("image.resize", "{ shortestEdge } or { height, width }", resize);
  }
  if ("shortestEdge" in resize) checkEdge("image.resize.shortestEdge", resize.shortestEdge, largestEdge);
  else checkSize("image.resize", resize, { height: largestEdge, width: largestEdge });
}

function checkCrop(crop: Size, resize: Resize): void {
  if (typeof crop !== "object" || crop === null) throw invalidArgument("image.crop", "{ height, width }", crop);
  const edge = "shortestEdge" in resize ? { height: resize.shortestEdge, width: resize.shortestEdge } : resize;
  // A crop that leaves the photo would need a border made up.
  checkSize("image.crop", crop, edge);
}

function checkSize(name: string, { height, width }: Size, most: Size): void {
  checkEdge(`${name}.height`, height, most.height);
  checkEdge(`${name}.width`, width, most.width);
}

function checkEdge(name: string, value: number, most: number): void {
  if (!Number.isSafeInteger(value) || value < 1 || value > most) {
    throw invalidArgument(name, `a whole number of pixels, 1 to ${most}`, value);
  }
}

function checkChannels(name: string, values: Channels, expected: string, accept: (value: number) => boolean): void {
  const sound = Array.isArray(values) && values.length === 3 && values.every((v) => typeof v === "number" && accept(v));
  if (!sound) throw invalidArgument(name, expected, values);
}
