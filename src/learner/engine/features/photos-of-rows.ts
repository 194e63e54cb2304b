// From rows back to the photos that they are of.
import type { Photo } from "../../../datasets/photo-set.js";
import type { Extraction } from "./extraction.js";

/** Those that could be read, in the order of their rows. */
export const photosOfRows = ({ photos }: Pick<Extraction, "photos">, of: Photo["split"]): readonly Photo[] =>
  photos.filter(({ split }) => split === of);
