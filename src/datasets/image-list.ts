// Photos listed in memory as a dataset: paths, or the bytes of encoded images. Plain data, like `imageFolder`.
import { checkFields } from "../arguments.js";
import { invalidArgument } from "../errors.js";
import { checkSplitOptions, type SplitOptions, splitOptionNames } from "./split.js";

export interface ImageListItem {
  /** A path, or the bytes of a JPEG, PNG, WebP, GIF, TIFF or AVIF file (a Buffer will do). */
  readonly image: string | Uint8Array;
  /** The class. */
  readonly label: string;
  /** On every item or on none; without it `imageList` draws the split. */
  readonly split?: "train" | "valid";
  /** What reports call the photo: by default its path, or "item 3" for bytes. */
  readonly name?: string;
}

export interface ImageList extends Required<SplitOptions> {
  readonly kind: "list";
  readonly items: readonly ImageListItem[];
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
  if (!(image instanceof Uint8Array) && (typeof image !== "string" || image === "")) {
    throw invalidArgument(`${at}.image`, "a path or the bytes of an image", image);
  }
  if (typeof label !== "string" || label === "") throw invalidArgument(`${at}.label`, "the name of a class", label);
  if (split !== undefined && split !== "train" && split !== "valid") {
    throw invalidArgument(`${at}.split`, `"train" or "valid"`, split);
  }
  if (name !== undefined && typeof name !== "string") throw invalidArgument(`${at}.name`, "a string", name);
}
