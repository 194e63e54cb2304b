// What is to be known of augmentation where layers are frozen, whose rows are made once.
import type { AugmentSpec } from "../../datasets/augment/augment-spec.js";

/** In sentences; nothing where all that was asked for is done. */
export function augmentNotices(augment: AugmentSpec | undefined, isFrozen: boolean): readonly string[] {
  if (!augment || !isFrozen) return [];
  const { views, cutmix, mixup } = augment;
  return [
    ...(views === 0
      ? [
          "While layers are frozen, photos run through these once, as they are: augment.views makes several augmented rows of each. " +
            "Once all layers are unfrozen, every epoch draws anew.",
        ]
      : []),
    ...(cutmix > 0
      ? [
          `While layers are frozen, ${mixup > 0 ? "mixup takes the place of CutMix" : "CutMix is off"}: features have no rectangles.`,
        ]
      : []),
  ];
}
