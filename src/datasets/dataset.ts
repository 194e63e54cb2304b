// What photos can come from, and what is found there.
import { type FileTree, type FolderPhotos, type FoundPhoto, findPhotos } from "./folder-photos.js";
import type { ImageCsv } from "./image-csv.js";
import type { ImageFolder } from "./image-folder.js";
import type { ImageList } from "./image-list.js";
import { nameOf } from "./image-source.js";

/** What `imageFolder`, `imageCsv` and `imageList` return. */
export type Dataset = ImageCsv | ImageFolder | ImageList;

/** Whether it is one, as far as can be told without looking into it. */
export const isDataset = (data: unknown): data is Dataset =>
  typeof data === "object" && data !== null && kinds.has((data as Partial<Dataset>).kind);

const kinds: ReadonlySet<unknown> = new Set<Dataset["kind"]>(["csv", "folder", "list"]);

/** What messages call it. */
export const sourceOf = (data: Dataset): string =>
  data.kind === "csv" ? data.file : data.kind === "folder" ? data.root : "the image list";

/**
 * All photos, whether they make a dataset or not.
 * @throws "file-access"; "invalid-dataset" and "invalid-argument" as `csvPhotos` does
 */
export async function photosOf(data: Dataset, files: FileTree): Promise<FolderPhotos> {
  switch (data.kind) {
    case "csv": {
      const { csvPhotos } = await import("./csv-photos.js");
      return csvPhotos(data, files);
    }
    case "folder":
      return findPhotos(data.root, files);
    case "list":
      return { photos: listPhotos(data), skipped: data.skipped ?? [] };
    default:
      return data satisfies never;
  }
}

const listPhotos = ({ items }: ImageList): readonly FoundPhoto[] =>
  items.map(({ image, label, split, name }, i) => ({
    image,
    label,
    split,
    name: name ?? nameOf(image) ?? `item ${i}`,
  }));
