// Photos as a page has them, as a dataset: files that a user chose, and what elements show.
import { checkFields, isObject } from "../arguments.js";
import { invalidArgument } from "../errors.js";
import { type FileTree, findPhotos, type Skipped } from "./folder-photos.js";
import {
  type ImageList,
  type ImageListItem,
  imageList,
  type LabelledListItem,
  type ValuedListItem,
} from "./image-list.js";
import { type ImageSource, isImageSource, nameOf } from "./image-source.js";
import { type Drawable, isDrawable, snapshot } from "./snapshot.js";
import { type SplitOptions, splitOptionNames } from "./split.js";

/** An image: a File, a Blob, an address, bytes, or an element that shows one. */
export type ImageFile = ImageSource | URL | Drawable;

type OfAnImage<T> = T extends unknown ? Omit<T, "image"> & { readonly image: ImageFile } : never;

export type LabelledImageFile = OfAnImage<ImageListItem>;

export type ImageFilesOptions = SplitOptions;

/**
 * A dataset of
 * - the files of a folder of class folders, as an `<input type="file" webkitdirectory>` has them in `files`: classes, and
 *   a split if there is one, by their paths, as `imageFolder` reads them;
 * - or images by class, `{ cat: [...], dog: [...] }`;
 * - or a list of `{ image, label }`, `{ image, labels }` or `{ image, target }`, as `imageList` takes it.
 *
 * Of elements (`<img>`, `<canvas>`, `<video>`, and bitmaps) it takes what they show now. Options as of `imageList`.
 * @throws "invalid-argument"; "unreadable-image" for an element that shows nothing that may be read
 */
export function imageFiles(
  files: Iterable<File> | Readonly<Record<string, Iterable<ImageFile>>> | Iterable<LabelledImageFile>,
  options?: ImageFilesOptions,
): Promise<ImageList<"single-label">>;
export function imageFiles(
  files: Iterable<OfAnImage<LabelledListItem>>,
  options?: ImageFilesOptions,
): Promise<ImageList<"multi-label">>;
export function imageFiles(
  files: Iterable<OfAnImage<ValuedListItem>>,
  options?: ImageFilesOptions,
): Promise<ImageList<"regression">>;
export async function imageFiles(
  files: Iterable<unknown> | Readonly<Record<string, unknown>>,
  options: ImageFilesOptions = {},
): Promise<ImageList> {
  checkFields("imageFiles's options", options, splitOptionNames);
  const { items, skipped } = await listed(files);
  return { ...imageList(items, options), ...(skipped.length > 0 && { skipped }) };
}

const expected = "the files of a folder of class folders, images by class, or a list of { image, label }";

interface Listed {
  readonly items: readonly ImageListItem[];
  readonly skipped: readonly Skipped[];
}

async function listed(files: unknown): Promise<Listed> {
  if (!isObject(files) && !Array.isArray(files)) throw invalidArgument("imageFiles's files", expected, files);
  if (!isIterable(files)) {
    const classes = Object.entries(files as Readonly<Record<string, Iterable<ImageFile>>>);
    return taken(classes.flatMap(([label, images]) => [...ofClass(label, images)].map((image) => ({ image, label }))));
  }
  const all = [...files];
  if (all.length > 0 && all.every((file) => file instanceof File)) return inFolders(all);
  return taken(all as readonly LabelledImageFile[]);
}

const isIterable = (value: object): value is Iterable<unknown> => Symbol.iterator in value;

function ofClass(label: string, images: unknown): Iterable<ImageFile> {
  if (typeof images === "object" && images !== null && isIterable(images)) return images as Iterable<ImageFile>;
  throw invalidArgument(`imageFiles's files[${JSON.stringify(label)}]`, "a list of images", images);
}

/** All at once: what elements show may change. */
async function taken(items: readonly LabelledImageFile[]): Promise<Listed> {
  const all = items.map(async (item) => (isObject(item) ? { ...item, image: await imageOf(item.image) } : item));
  return { items: await Promise.all(all), skipped: [] };
}

/** What can be sent to a worker; of an element, what it shows now. */
export async function imageOf(image: ImageFile): Promise<ImageSource> {
  if (isDrawable(image)) return snapshot(image);
  return image instanceof URL ? image.href : image;
}

export const isImageFile = (value: unknown): value is ImageFile =>
  isImageSource(value) || value instanceof URL || isDrawable(value);

/** Files by their paths, which `findPhotos` looks through as if they lay in folders. */
async function inFolders(files: readonly File[]): Promise<Listed> {
  const byPath = new Map(files.map((file) => [file.webkitRelativePath, file]));
  // The folder that was chosen is the first part of every path.
  const root = files[0]!.webkitRelativePath.split("/")[0]!;
  const { photos, skipped } = await findPhotos(root, treeOf([...byPath.keys()]));
  if (photos.length === 0) {
    const received = nameOf(files[0]!) ?? "files";
    throw invalidArgument("imageFiles's files", expected, received, "Their paths name no class folders.");
  }
  const items = photos.map(({ image, name, label, split }) => ({
    image: byPath.get(image as string)!,
    name,
    label: label as string,
    ...(split && { split }),
  }));
  return { items, skipped };
}

function treeOf(paths: readonly string[]): FileTree {
  return {
    list: async (directory) => {
      const below = paths
        .filter((path) => path.startsWith(`${directory}/`))
        .map((path) => path.slice(directory.length + 1));
      const folders = new Set(below.filter((path) => path.includes("/")).map((path) => path.split("/")[0]!));
      const files = below.filter((path) => path !== "" && !path.includes("/"));
      return [
        ...[...folders].map((name) => ({ name, kind: "directory" as const })),
        ...files.map((name) => ({ name, kind: "file" as const })),
      ];
    },
    identity: async (directory) => directory,
    read: async (file) => {
      throw invalidArgument("file", "a photo", file);
    },
  };
}
