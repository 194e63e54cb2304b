// The photos of a dataset with class and split, checked: what a learner trains and validates on.
import { RegraftError } from "../errors.js";
import { groupByClass, splitsOf } from "./class-splits.js";
import { type Dataset, sourceOf } from "./dataset.js";
import type { FileTree, FolderPhotos, FoundPhoto, Skipped } from "./folder-photos.js";
import type { Photo, PhotoSet } from "./photo.js";
import { photosOf } from "./photos-of.js";

export type { Photo, PhotoSet } from "./photo.js";

/**
 * Reads the dataset, and draws the split where it is not given.
 * @throws "file-access" for a folder or file that is not there; "invalid-dataset" for one that cannot be trained on: no
 * photos in class folders, one class, a class with a single photo, a class or label without photos to train on, a value that is
 * always the same, nothing to validate on, a damaged CSV file; "invalid-argument" for columns that it has not
 */
export const resolvePhotos = async (data: Dataset, files: FileTree): Promise<PhotoSet> =>
  photoSetOf(data, await photosOf(data, files));

/** The same of photos that were found. */
export async function photoSetOf(data: Dataset, all: FolderPhotos): Promise<PhotoSet> {
  const { photos: found, skipped, units } = all;
  if (data.task !== "single-label") {
    const { problemOfUnclassed, unclassedPhotos } = await import("./unclassed-photos.js");
    const set = unclassedPhotos(data, all);
    const problem = problemOfUnclassed({ task: data.task, source: sourceOf(data) }, set);
    if (problem) throw invalidDataset(sourceOf(data), problem, skipped);
    return { task: data.task, ...set, skipped, ...(units && { units }) };
  }
  const byClass = groupByClass(found);
  const problem = problemOf(byClass);
  if (problem) throw invalidDataset(sourceOf(data), problem, skipped);
  const photos = [...byClass.values()].flatMap((members, label) => {
    const splits = splitsOf(members, data);
    return members.map(({ image, name }, i): Photo => ({ image, name, label, split: splits[i]! }));
  });
  return { task: "single-label", classes: [...byClass.keys()], photos, skipped };
}

interface Problem {
  readonly reason: string;
  readonly remedy: string;
}

function problemOf(byClass: ReadonlyMap<string, readonly FoundPhoto[]>): Problem | undefined {
  if (byClass.size === 0) {
    return { reason: "no photos", remedy: "Put the photos of each class into a folder of their own, named after it." };
  }
  if (byClass.size === 1) {
    return { reason: `one class only (${[...byClass.keys()]})`, remedy: "Add photos of at least one other class." };
  }
  for (const [className, photos] of byClass) {
    if (photos.every(({ split }) => split === "valid")) {
      return { reason: `class ${className} only validates`, remedy: "Put photos of it into the train split too." };
    }
    if (photos.length === 1) {
      return { reason: `class ${className} has one photo`, remedy: "It takes two: one trains, one validates." };
    }
  }
  if ([...byClass.values()].flat().every(({ split }) => split === "train")) {
    return { reason: "no photos to validate on", remedy: "Put photos of every class into the valid split." };
  }
  return undefined;
}

function invalidDataset(source: string, { reason, remedy }: Problem, skipped: readonly Skipped[]): RegraftError {
  const first = skipped[0];
  const but = first ? ` Skipped were ${skipped.length}, the first ${first.image}: ${first.reason}.` : "";
  return new RegraftError(
    "invalid-dataset",
    { source, reason },
    `Cannot train on ${source}: ${reason}. ${remedy}${but}`,
  );
}
