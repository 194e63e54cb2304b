// Augmentation as it is where nothing else is said.
import type { AugmentSpec } from "./augment-spec.js";

/**
 * Crops as in fast.ai's Imagenette recipe (`RandomResizedCrop` with `min_scale=0.35`); flips, angles and lighting as in its
 * `aug_transforms`, whose zoom and perspective warp the crops stand for.
 */
export const defaultAugment: AugmentSpec = {
  randomResizedCrop: { scale: [0.35, 1], ratio: [3 / 4, 4 / 3] },
  horizontalFlip: 0.5,
  verticalFlip: 0,
  rotation: 10,
  colorJitter: { brightness: 0.2, contrast: 0.2, saturation: 0, hue: 0 },
  randomErasing: 0,
  mixup: 0,
  cutmix: 0,
  views: 0,
};
