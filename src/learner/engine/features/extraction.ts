// What the frozen network says of all photos that could be read.
import type { Skipped } from "../../../datasets/folder-photos.js";
import type { Photo } from "../../../datasets/photo-set.js";
import type { FeatureSource } from "./feature-source.js";

export interface Extraction {
  readonly train: FeatureSource;
  readonly valid: FeatureSource;
  /** Those that rows are of, in the order of the rows of either split. */
  readonly photos: readonly Photo[];
  readonly skipped: readonly Skipped[];
}
