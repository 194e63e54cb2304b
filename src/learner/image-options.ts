// The option `image`: how photos are prepared.
import { checkFields, checkShare, type Names } from "../arguments.js";
import type { ImageTransform } from "../datasets/transform.js";
import type { LearnerSpec } from "./border/spec.js";

export interface ImageOptions extends Partial<ImageTransform> {
  /** The share of photos that may be unreadable before training is refused; default 0.1. */
  readonly maxSkipped?: number;
}

/** The transform's own fields are checked once the model's are known. */
export function imageOf(image: ImageOptions = {}): LearnerSpec["image"] {
  const { maxSkipped = 0.1, ...transform } = checkFields("image", image, imageNames);
  checkShare("image.maxSkipped", maxSkipped);
  return { maxSkipped, ...transform };
}

const imageNames: Names<ImageOptions> = {
  resize: true,
  crop: true,
  resample: true,
  mean: true,
  std: true,
  maxPixels: true,
  maxSkipped: true,
};
