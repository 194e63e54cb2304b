// What photos can come from, and what is found there.
import { type FileTree, type FolderPhotos, findPhotos } from "./folder-photos.js";
import type { JoinedPhotos, RenamedClasses } from "./grown-dataset.js";
import type { ImageCsv } from "./image-csv.js";
import type { ImageFolder } from "./image-folder.js";
import type { ImageList } from "./image-list.js";
import type { Task } from "./task.js";

/** What `imageFolder`, `imageCsv` and `imageList` return; and what becomes of that where a learner grows. */
export type Dataset<T extends Task = Task> = (ImageCsv | ImageFolder | ImageList | JoinedPhotos | RenamedClasses) & {
  readonly task: T;
};

/** Whether it is one, as far as can be told without looking into it. */
export const isDataset = (data: unknown): data is Dataset =>
  typeof data === "object" && data !== null && kinds.has((data as Partial<Dataset>).kind);

const kinds: ReadonlySet<unknown> = new Set<Dataset["kind"]>(["csv", "folder", "list", "joined", "renamed"]);

/** What messages call it. */
export function sourceOf(data: Dataset): string {
  switch (data.kind) {
    case "csv":
      return data.file;
    case "folder":
      return data.root;
    case "list":
      return "the image list";
    case "joined":
      return `${sourceOf(data.base)} with ${sourceOf(data.more)}`;
    case "renamed":
      return sourceOf(data.base);
    default:
      return data satisfies never;
  }
}

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
    case "list": {
      const { listPhotos } = await import("./list-photos.js");
      return listPhotos(data);
    }
    case "joined":
    case "renamed": {
      const { grownPhotos } = await import("./grown-photos.js");
      return grownPhotos(data, files);
    }
    default:
      return data satisfies never;
  }
}
