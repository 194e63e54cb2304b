// Photos listed in memory as a dataset: paths, or the bytes of encoded images. Plain data, like `imageFolder`.
import { checkFields, isObject } from "../arguments.js";
import { invalidArgument } from "../errors.js";
import type { Skipped } from "./folder-photos.js";
import { type ImageSource, isImageSource } from "./image-source.js";
import { checkSplitOptions, type SplitOptions, splitOptionNames } from "./split.js";
import type { Task } from "./task.js";

interface ListedImage {
  /** A JPEG, PNG, WebP, GIF, TIFF or AVIF file: its path (in a browser, its address), its bytes (a Buffer will do), a Blob or File. */
  readonly image: ImageSource;
  /** On every item or on none; without it `imageList` draws the split. */
  readonly split?: "train" | "valid";
  /** What reports call the photo: by default its path or a File's name, else "item 3". */
  readonly name?: string;
}

export interface ImageListItem extends ListedImage {
  /** The class. */
  readonly label: string;
}

export interface LabelledListItem extends ListedImage {
  /** Any number of labels; none: []. */
  readonly labels: readonly string[];
}

/** A number that is to be predicted, or several by name, the same for all items. */
export type ValuedListItem = ListedImage &
  ({ readonly target: number } | { readonly targets: Readonly<Record<string, number>> });

type AnyItem = ImageListItem | LabelledListItem | ValuedListItem;

export interface ImageList<T extends Task = Task> extends Required<SplitOptions> {
  readonly kind: "list";
  readonly task: T;
  readonly items: readonly AnyItem[];
  /** Of the files that the items were taken from, those that cannot be photos. */
  readonly skipped?: readonly Skipped[];
}

/**
 * A dataset of the given photos, all with a class, all with labels, or all with numbers. Unless the items name their split,
 * `validFraction` (default 0.2) of each class validates, or of all photos where they have no classes, drawn with `seed`
 * (default 42).
 * @throws "invalid-argument", naming the item.
 */
export function imageList(items: readonly ImageListItem[], options?: SplitOptions): ImageList<"single-label">;
export function imageList(items: readonly LabelledListItem[], options?: SplitOptions): ImageList<"multi-label">;
export function imageList(items: readonly ValuedListItem[], options?: SplitOptions): ImageList<"regression">;
export function imageList(items: readonly AnyItem[], options: SplitOptions = {}): ImageList {
  if (!Array.isArray(items)) throw invalidArgument("imageList's items", "an array of { image, label }", items);
  const all: readonly AnyItem[] = items;
  const kind = kinds.find((name) => isObject(all[0]) && name in all[0]) ?? "label";
  const names = kind === "targets" && isObject((all[0] as { targets?: object }).targets) ? targetsOf(all[0]!) : "";
  all.forEach((item, index) => {
    checkItem(item, index, kind);
    if (kind === "targets" && targetsOf(item) !== names)
      throw invalidArgument(`imageList's items[${index}].targets`, `numbers by the names ${names}`, targetsOf(item));
  });
  const withSplit = all.filter((item) => item.split !== undefined).length;
  if (withSplit !== 0 && withSplit !== all.length) {
    throw invalidArgument("imageList's items", "a split on every item or on none", `${withSplit} of ${all.length}`);
  }
  checkFields("imageList's options", options, splitOptionNames);
  return { kind: "list", task: tasks[kind], items: all, ...checkSplitOptions(options) };
}

const tasks = {
  label: "single-label",
  labels: "multi-label",
  target: "regression",
  targets: "regression",
} as const satisfies Readonly<Record<string, Task>>;
type Kind = keyof typeof tasks;
const kinds = Object.keys(tasks) as readonly Kind[];

/** What its values are called, in any order. */
const targetsOf = (item: AnyItem): string =>
  Object.keys((item as { targets?: object }).targets ?? {})
    .sort()
    .join(", ");

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const isNumber = (value: unknown): boolean => typeof value === "number" && Number.isFinite(Math.fround(value));

const expected: Readonly<Record<Kind, readonly [what: string, is: (value: unknown) => boolean]>> = {
  label: ["the name of a class", isText],
  labels: ["a list of labels' names", (value) => Array.isArray(value) && value.every(isText)],
  target: ["a finite number", isNumber],
  targets: [
    "finite numbers by name",
    (value) => isObject(value) && Object.keys(value).length > 0 && Object.values(value).every(isNumber),
  ],
};

function checkItem(item: AnyItem, index: number, kind: Kind): void {
  const at = `imageList's items[${index}]`;
  if (typeof item !== "object" || item === null) throw invalidArgument(at, `an object { image, ${kind} }`, item);
  const { image, split, name } = item;
  if (!isImageSource(image)) throw invalidArgument(`${at}.image`, "a path, the bytes of an image, or a Blob", image);
  const other = kinds.find((one) => one !== kind && one in item);
  if (other) throw invalidArgument(at, `${kind} alone, as on the first item`, `${other}`);
  const [what, is] = expected[kind];
  const value = (item as unknown as Readonly<Record<string, unknown>>)[kind];
  if (!is(value)) throw invalidArgument(`${at}.${kind}`, what, value);
  if (split !== undefined && split !== "train" && split !== "valid") {
    throw invalidArgument(`${at}.split`, `"train" or "valid"`, split);
  }
  if (name !== undefined && typeof name !== "string") throw invalidArgument(`${at}.name`, "a string", name);
}
