// What photos can come from, as plain data.
import type { ImageCsv } from "./image-csv.js";
import type { ImageFolder } from "./image-folder.js";
import type { ImageList } from "./image-list.js";
import type { SplitOptions } from "./split.js";
import type { Task } from "./task.js";

/** By which units values are learnt: those of the photos that were there first. */
export interface ValueUnits {
  readonly means: readonly number[];
  readonly deviations: readonly number[];
}

/** All photos of both; splits are drawn within each, as if it were alone. */
export interface JoinedPhotos<T extends Task = Task> extends Required<SplitOptions> {
  readonly kind: "joined";
  readonly task: T;
  readonly base: Dataset<T>;
  readonly more: Dataset<T>;
  readonly units?: ValueUnits;
}

/** Those of `base`, some classes called `to`; their splits are drawn by the names that they had. */
export interface RenamedClasses<T extends Task = Task> extends Required<SplitOptions> {
  readonly kind: "renamed";
  readonly task: T;
  readonly base: Dataset<T>;
  readonly names: readonly string[];
  readonly to: string;
}

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
