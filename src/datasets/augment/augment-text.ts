// What augmentation does, in words: for model cards and reports.
import type { AugmentSpec } from "./augment-spec.js";

/** One line, such as "crops of 35 to 100 % of the area, mirrored with probability 0.5". */
export function augmentText(spec: AugmentSpec): string {
  const { randomResizedCrop: crop, colorJitter: jitter } = spec;
  const colours = Object.entries(jitter).filter(([, strength]) => strength > 0);
  const varied = [
    crop && `crops of ${percent(crop.scale[0])} to ${percent(crop.scale[1])} % of the area`,
    spec.horizontalFlip > 0 && `mirrored with probability ${spec.horizontalFlip}`,
    spec.verticalFlip > 0 && `upside down with probability ${spec.verticalFlip}`,
    spec.rotation > 0 && `turned by up to ${spec.rotation}°`,
    colours.length > 0 && colours.map(([name, strength]) => `${name} ±${strength}`).join(", "),
    spec.randomErasing > 0 && `a part erased with probability ${spec.randomErasing}`,
  ].filter(Boolean);
  const parts = [
    ...varied,
    spec.mixup > 0 && `mixup α ${spec.mixup}`,
    spec.cutmix > 0 && `CutMix α ${spec.cutmix}`,
    spec.views > 0
      ? `${spec.views} views of each photo while layers are frozen`
      : (varied.length > 0 || spec.cutmix > 0) && `${spec.mixup > 0 ? "mixup alone" : "none"} while layers are frozen`,
  ];
  return parts.filter(Boolean).join(", ") || "none";
}

const percent = (share: number): number => Math.round(100 * share);
