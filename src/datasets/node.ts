// Files and image decoding for Node; the only file here that imports sharp (when the first photo is decoded) or node:fs.
import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Sharp } from "sharp";
import { assert, isRegraftError, RegraftError } from "../errors.js";
import type { ImageCodec } from "./decoder.js";
import type { FileTree } from "./folder-photos.js";
import { refusalOf } from "./formats.js";
import type { ImageSource } from "./image-source.js";
import { type Rgb, resample } from "./resample.js";
import {
  centreWindow,
  finerSize,
  middleOf,
  reductionSteps,
  resizedSize,
  type Size,
  sameSize,
  type Window,
} from "./resize.js";
import { type ImageTransform, outputSize } from "./transform.js";
import { bytesOf, damaged, refuseBytes, refusePixels, unreadable } from "./unreadable.js";

export const nodeFileTree: FileTree = {
  list: async (directory) => {
    const entries = await readdir(directory, { withFileTypes: true }).catch((cause) => {
      throw noFolder(directory, cause);
    });
    const kinds = entries.map(async (entry) => {
      // A link that leads nowhere counts as a file, so that it is reported when it cannot be read.
      const kind = entry.isSymbolicLink() ? await stat(join(directory, entry.name)).catch(() => undefined) : entry;
      return { name: entry.name, kind: kind?.isDirectory() ? ("directory" as const) : ("file" as const) };
    });
    return Promise.all(kinds);
  },
  identity: (directory) =>
    realpath(directory).catch((cause) => {
      throw noFolder(directory, cause);
    }),
  read: async (file, most) => {
    const found = await stat(file).catch((cause) => {
      throw noFile(file, cause.code === "ENOENT" ? "does not exist" : "cannot be read", cause);
    });
    // Reading a pipe or a device could wait for ever.
    if (!found.isFile()) throw noFile(file, "is not a file");
    if (found.size > most) throw noFile(file, `has ${found.size} bytes, more than the ${most} that are read`);
    return readFile(file).catch((cause) => {
      throw noFile(file, "cannot be read", cause);
    });
  },
};

function noFolder(path: string, cause: NodeJS.ErrnoException): RegraftError {
  const problem =
    cause.code === "ENOENT" ? "does not exist" : cause.code === "ENOTDIR" ? "is not a folder" : "cannot be read";
  // Node puts this character where a name is not UTF-8, and cannot find the file by it.
  const remedy = path.includes("\ufffd")
    ? "Its name is not in UTF-8: rename it."
    : "Name a folder with one folder of photos per class.";
  const message = `The folder ${path} ${problem} (${cause.code}). ${remedy}`;
  return new RegraftError("file-access", { path, operation: "read" }, message, { cause });
}

function noFile(path: string, problem: string, cause?: NodeJS.ErrnoException): RegraftError {
  const code = cause ? ` (${cause.code})` : "";
  const message = `The file ${path} ${problem}${code}. Check the path.`;
  return new RegraftError("file-access", { path, operation: "read" }, message, { cause });
}

/**
 * Reads JPEG, PNG, WebP, GIF (the first frame), TIFF and AVIF; resizes as Pillow does (mean difference 0.1 to 0.3 of 255).
 * Colour profiles are ignored and alpha is dropped, as in the Python pipelines that the networks were pretrained with.
 */
export function createNodeDecoder(): ImageCodec {
  return {
    decode: async (image, transform) => {
      const sharp = await load();
      const target = (size: Size): Size => resizedSize(size, transform.resize);
      const reduced = await open(sharp, image, transform, target).catch((cause) => failed(image, cause));
      return enlargeAndCrop(reduced, transform, centreWindow(reduced.target, outputSize(transform)));
    },
    decodeWhole: async (image, transform, finest) => {
      const sharp = await load();
      const target = (size: Size): Size => finerSize(size, transform.resize, finest);
      const reduced = await open(sharp, image, transform, target).catch((cause) => failed(image, cause));
      const window = middleOf(reduced.target, transform.resize);
      const { height, width } = window;
      return { data: enlargeAndCrop(reduced, transform, window), height, width };
    },
    read: (image, transform) => readPhoto(image, transform).catch((cause) => failed(image, cause)),
    encode: async (image) =>
      new Uint8Array(
        await fromRgb(await load(), image)
          .jpeg({ quality: 85 })
          .toBuffer(),
      ),
  };
}

function failed(image: ImageSource, cause: Error): never {
  if ("code" in cause && cause.code === "ENOENT") throw unreadable(image, `there is no file ${image}`, cause);
  throw isRegraftError(cause) ? cause : unreadable(image, `${cause.message.split("\n", 1)[0]}; ${damaged}`, cause);
}

type SharpFactory = typeof import("sharp")["default"];

let loaded: Promise<SharpFactory> | undefined;
function load(): Promise<SharpFactory> {
  loaded ??= import("sharp").then((module) => module.default);
  return loaded;
}

interface Reduced {
  readonly image: Rgb;
  /** Of the whole photo after resizing. */
  readonly target: Size;
}

/** Decodes, turns upright and resizes the edges that shrink, in libuv's threads. */
async function open(
  sharp: SharpFactory,
  image: ImageSource,
  transform: ImageTransform,
  targetOf: (size: Size) => Size,
): Promise<Reduced> {
  const bytes = await readPhoto(image, transform);
  const refusal = refusalOf(bytes);
  if (refusal) throw unreadable(image, refusal);
  // "error": warnings (stray bytes between a JPEG's segments) spoil no pixels, a truncated file does.
  let photo = sharp(bytes, { autoOrient: true, ignoreIcc: true, failOn: "error", limitInputPixels: false });
  const { autoOrient: size, hasAlpha } = await photo.metadata();
  refusePixels(image, size, transform);
  const target = targetOf(size);
  // Nearest pixels are picked from the photo itself, by us.
  const steps = transform.resample === "nearest" ? [] : reductionSteps(size, target);
  // Resizing would premultiply: what is transparent would come out black instead of as it is stored.
  if (hasAlpha && steps.length > 0) photo = fromRgb(sharp, await toRgb(photo));
  for (const [i, { width, height }] of steps.entries()) {
    if (i > 0) photo = fromRgb(sharp, await toRgb(photo));
    // Only the last step shows; the one before it should blur as little as it can.
    const kernel = i === steps.length - 1 && transform.resample === "bilinear" ? "linear" : "cubic";
    photo = photo.resize({ width, height, fit: "fill", kernel, fastShrinkOnLoad: false });
  }
  return { image: await toRgb(photo), target };
}

async function toRgb(photo: Sharp): Promise<Rgb> {
  const { data, info } = await photo.toColourspace("srgb").removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

const fromRgb = (sharp: SharpFactory, { data, width, height }: Rgb): Sharp =>
  sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false });

/** Edges that grow are left to us: libvips shifts what it enlarges by half a pixel (5.9 of 255 on average). */
function enlargeAndCrop({ image, target }: Reduced, { resample: filter }: ImageTransform, window: Window): Uint8Array {
  assert(image.data.length === 3 * image.width * image.height, "sharp gave RGB");
  return sameSize(image, target) ? cut(image, window) : resample(image, target, filter, window);
}

function cut({ data, width }: Rgb, window: Window): Uint8Array {
  const out = new Uint8Array(window.height * window.width * 3);
  for (let row = 0; row < window.height; row++) {
    const start = ((window.top + row) * width + window.left) * 3;
    out.set(data.subarray(start, start + window.width * 3), row * window.width * 3);
  }
  return out;
}

async function readPhoto(image: ImageSource, bounds: Pick<ImageTransform, "maxPixels">): Promise<Uint8Array> {
  if (typeof image !== "string") return bytesOf(image, bounds);
  const found = await stat(image);
  if (!found.isFile()) throw unreadable(image, "it is not a file");
  refuseBytes(image, found.size, bounds);
  return readFile(image);
}
