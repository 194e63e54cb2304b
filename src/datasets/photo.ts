// Photos with class and split, numbered: what is trained and validated on.
import type { FolderPhotos, Skipped } from "./folder-photos.js";
import type { ImageSource } from "./image-source.js";
import type { Split } from "./split.js";
import type { Task } from "./task.js";

export interface Photo {
  readonly image: ImageSource;
  /** What reports call it: its path below the dataset's folder, or the name the list gives it. */
  readonly name: string;
  /**
   * Index into `classes`; of a photo with any number of labels, the indices of all of them, ascending; in regression the values, in the
   * order of `classes`.
   */
  readonly label: number | readonly number[];
  readonly split: Split;
}

export interface PhotoSet {
  readonly task: Task;
  /** Classes or labels, sorted by code unit, never by locale; in regression what the values are called, as the dataset has them. */
  readonly classes: readonly string[];
  /** Sorted by class, then name: the order of a folder or list does not matter. */
  readonly photos: readonly Photo[];
  /** What looked like a photo and cannot be one, judged by place and name alone: nothing has been decoded yet. */
  readonly skipped: readonly Skipped[];
  /** Of values, where photos were added to others: by which units those that were there first are learnt. */
  readonly units?: FolderPhotos["units"];
}
