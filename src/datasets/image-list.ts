// Photos listed in memory as a dataset: paths, or the bytes of encoded images. Plain data, like `imageFolder`.
import { checkFields } from "../arguments.js";
import { invalidArgument } from "../errors.js";
import type { Skipped } from "./folder-photos.js";
import { type ImageSource, isImageSource } from "./image-source.js";
import { checkSplitOptions, type SplitOptions, splitOptionNames } from "./split.js";

export interface ImageListItem {
  /** A JPEG, PNG, WebP, GIF, TIFF or AVIF file: its path (in a browser, its address), its bytes (a Buffer will do), a Blob or File. */
  readonly image: ImageSource;
  /** The class. */
  readonly label: string;
  /** On every item or on none; without it `imageList` draws the split. */
  readonly split?: "train" | "valid";
  /** What reports call the photo: by default its path or a File's name, else "item 3". */
  readonly name?: string;
}

export interface ImageList extends Required<SplitOptions> {
  readonly kind: "list";
  readonly items: readonly ImageListItem[];
  /** Of the files that the items were taken from, those that cannot be photos. */
  readonly skipped?: readonly Skipped[];
}

/**
 * A dataset of the given photos. Unless the items name their split, `validFraction` (default 0.2) of each class
 * validates, drawn with `seed` (default 42).
 * @throws "invalid-argument", naming the item.
 */
export function imageList(items: readonly ImageListItem[], options: SplitOptions = {}): ImageList {
  if (!Array.isArray(items)) throw invalidArgument("imageList's items", "an array of { image, label }", items);
  items.forEach(checkItem);
  const withSplit = items.filter((item) => item.split !== undefined).length;
  if (withSplit !== 0 && withSplit !== items.length) {
    throw invalidArgument("imageList's items", "a split on every item or on none", `${withSplit} of ${items.length}`);
  }
  checkFields("imageList's options", options, splitOptionNames);
  return { kind: "list", items, ...checkSplitOptions(options) };
}

function checkItem(item: ImageListItem, index: number): void {
  const at = `imageList's items[${index}]`;
  if (typeof item !== "object" || item === null) throw invalidArgument(at, "an object { image, label }", item);
  const { image, label, split, name } = item;
  if (!isImageSource(image)) throw invalidArgument(`${at}.image`, "a path, the bytes of an image, or a Blob", image);
  if (typeof label !== "string" || label === "") throw invalidArgument(`${at}.label`, "the name of a class", label);
  if (split !== undefined && split !== "train" && split !== "valid") {
    throw invalidArgument(`${at}.split`, `"train" or "valid"`, split);
  }
  if (name !== undefined && typeof name !== "string") throw invalidArgument(`${at}.name`, "a string", name);
}
