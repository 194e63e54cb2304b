// From rows back to the photos that they are of.
import type { Photo } from "../../../datasets/photo-set.js";
import type { FeatureSource } from "./feature-source.js";

/** The photos that rows are of: rows are in the photos' order, and lack those that could not be read. */
export function photosOfRows(
  photos: readonly Photo[],
  of: Photo["split"],
  { names }: Pick<FeatureSource, "names">,
): readonly Photo[] {
  let row = 0;
  return photos.filter(({ name, split }) => split === of && name === names[row] && ++row > 0);
}
