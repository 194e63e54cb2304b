// A folder of photos as a dataset. This is only the description, plain data that can be sent to a worker;
// `resolvePhotos` reads the folder.
import { checkFields } from "../arguments.js";
import { invalidArgument } from "../errors.js";
import { checkSplitOptions, type SplitOptions, splitOptionNames } from "./split.js";

export interface ImageFolder extends Required<SplitOptions> {
  readonly kind: "folder";
  readonly task: "single-label";
  readonly root: string;
}

/**
 * Photos in `root/<class>/`, nested folders included, of which `validFraction` (default 0.2) of each class validates,
 * drawn with `seed` (default 42); or photos in `root/train/<class>/` and `root/valid/<class>/` (`val` and `validation`
 * too), used as they are. Other files are left alone; a `test` folder beside `train` as well.
 * @throws "invalid-argument"; what is wrong with the folder itself is found when it is read.
 */
export function imageFolder(root: string, options: SplitOptions = {}): ImageFolder {
  if (typeof root !== "string" || root === "")
    throw invalidArgument("imageFolder's root", "the path of a folder", root);
  checkFields("imageFolder's options", options, splitOptionNames);
  return { kind: "folder", task: "single-label", root, ...checkSplitOptions(options) };
}
