// Augmentations for tests: none of them, and streams by number.
import type { AugmentSpec } from "../../../src/datasets/augment/augment-spec.js";
import type { Draw } from "../../../src/datasets/augment/view.js";
import { stream } from "../../../src/random.js";

export const nothing: AugmentSpec = {
  randomResizedCrop: false,
  horizontalFlip: 0,
  verticalFlip: 0,
  rotation: 0,
  colorJitter: { brightness: 0, contrast: 0, saturation: 0, hue: 0 },
  randomErasing: 0,
  mixup: 0,
  cutmix: 0,
  views: 0,
};

export const drawsOf =
  (number: number): Draw =>
  (what) =>
    stream(1, number, what);
