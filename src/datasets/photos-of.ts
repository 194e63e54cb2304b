// What is found where photos come from.
import type { Dataset } from "./dataset.js";
import { type FileTree, type FolderPhotos, findPhotos } from "./folder-photos.js";
import { listPhotos } from "./list-photos.js";

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
      return listPhotos(data);
    case "joined":
    case "renamed": {
      const { grownPhotos } = await import("./grown-photos.js");
      return grownPhotos(data, (part) => photosOf(part, files));
    }
    default:
      return data satisfies never;
  }
}
