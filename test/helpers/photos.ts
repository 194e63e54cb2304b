// Photos to train on in tests: the repository's own Fashion-MNIST, whole or a few of each class.
import { copyFileSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** 600 photos to train on, 200 to validate on, 10 classes, 28 × 28 pixels. */
export const fashionMini = fileURLToPath(new URL("../../examples/data/fashion-mini/", import.meta.url));

export interface Few {
  readonly classes: readonly string[];
  /** Photos of each class. */
  readonly train: number;
  readonly valid: number;
}

/** Copies the first photos of some classes into `folder`, laid out as train and valid. Returns the folder. */
export function copyFew(folder: string, { classes, train, valid }: Few): string {
  for (const [split, count] of Object.entries({ train, valid })) {
    for (const name of classes) {
      const target = join(folder, split, name);
      mkdirSync(target, { recursive: true });
      for (const photo of photosIn(join(fashionMini, split, name)).slice(0, count))
        copyFileSync(photo, join(target, photo.slice(photo.lastIndexOf("/") + 1)));
    }
  }
  return folder;
}

/** Paths of the files in a folder, sorted. */
export const photosIn = (folder: string): string[] =>
  readdirSync(folder)
    .sort()
    .map((name) => join(folder, name));

/** The first `perClass` photos of every class in `root/<class>/`, sorted by class and name. */
export const somePhotos = (root: string, perClass: number): string[] =>
  photosIn(root).flatMap((folder) => photosIn(folder).slice(0, perClass));
