// The option `augment`: how photos are varied while they are trained on.
import { checkFields, checkShare, givenFields, type Names, whole } from "../arguments.js";
import type { AugmentSpec, Range } from "../datasets/augment/augment-spec.js";
import { defaultAugment } from "../datasets/augment/default-augment.js";
import { invalidArgument } from "../errors.js";

/** Every field may be left out; 0 and `false` turn one off. */
export interface AugmentOptions {
  /**
   * A part of the photo, resized to what the network takes: `scale`, least and most of its area, and `ratio`, of width to height;
   * torchvision's RandomResizedCrop. Default { scale: [0.35, 1], ratio: [3/4, 4/3] }. `false`: the centre crop.
   */
  readonly randomResizedCrop?: { readonly scale?: Range; readonly ratio?: Range } | false;
  /** Probability of a mirror image; default 0.5. */
  readonly horizontalFlip?: number;
  /** Probability of turning it upside down, as a mirror lying under it would; default 0. */
  readonly verticalFlip?: number;
  /** Degrees, 0 to 180: an angle between as much to the left and to the right; default 10. Corners show the photo reflected. */
  readonly rotation?: number;
  /**
   * Torchvision's ColorJitter, in random order: factors between 1 - x, or 0, and 1 + x for brightness, contrast (both default 0.2)
   * and saturation (default 0); hue turned by up to x of the colour circle, x at most 0.5 (default 0).
   */
  readonly colorJitter?: Partial<AugmentSpec["colorJitter"]> | false;
  /**
   * Probability that a rectangle of 2 to 33 % of the photo is filled with the mean colour (Zhong et al. 2017, arXiv 1708.04896);
   * default 0.
   */
  readonly randomErasing?: number;
  /**
   * α of mixup (Zhang et al. 2017, arXiv 1710.09412): photos and labels of a batch are mixed in pairs, with a share from Beta(α, α);
   * the features, where layers are frozen. Default 0, off; 0.4 is usual.
   */
  readonly mixup?: number;
  /**
   * α of CutMix (Yun et al. 2019, arXiv 1905.04899): a rectangle of a photo comes from another, the label in proportion. Needs all
   * layers unfrozen, features have no rectangles. With `mixup` too, each batch takes one of the two. Default 0, off; 1 is usual.
   */
  readonly cutmix?: number;
  /**
   * While layers are frozen: so many augmented views of each photo run through these, once, and are cached; each epoch takes one of
   * them. Default 0: photos as they are. When nothing is frozen, each epoch draws anew.
   */
  readonly views?: number;
}

/** @throws RegraftError "invalid-argument" naming the field */
export function augmentOf(augment: boolean | AugmentOptions = false): AugmentSpec | undefined {
  if (augment === false) return undefined;
  if (augment === true) return defaultAugment;
  checkFields("augment", augment, defaultAugment as unknown as Names<AugmentOptions>);
  const spec = { ...defaultAugment, ...givenFields(augment) } as { -readonly [F in keyof AugmentSpec]: AugmentSpec[F] };
  spec.randomResizedCrop = cropOf(augment.randomResizedCrop);
  spec.colorJitter = jitterOf(augment.colorJitter);
  for (const field of ["horizontalFlip", "verticalFlip", "randomErasing"] as const)
    checkShare(`augment.${field}`, spec[field]);
  within("rotation", spec.rotation, 180);
  within("mixup", spec.mixup, 100);
  within("cutmix", spec.cutmix, 100);
  whole("augment.views", spec.views, 0, 32);
  return spec;
}

function cropOf(crop: AugmentOptions["randomResizedCrop"] = {}): AugmentSpec["randomResizedCrop"] {
  if (crop === false) return false;
  const known = defaultAugment.randomResizedCrop as Required<typeof crop>;
  checkFields("augment.randomResizedCrop", crop, known as unknown as Names<typeof crop>);
  const { scale, ratio } = { ...known, ...givenFields(crop) };
  checkRange("scale", scale, 1);
  checkRange("ratio", ratio, 100);
  return { scale, ratio };
}

function jitterOf(jitter: AugmentOptions["colorJitter"] = {}): AugmentSpec["colorJitter"] {
  const off = { brightness: 0, contrast: 0, saturation: 0, hue: 0 };
  if (jitter === false) return off;
  checkFields("augment.colorJitter", jitter, off as unknown as Names<typeof jitter>);
  const spec = { ...defaultAugment.colorJitter, ...givenFields(jitter) };
  for (const [field, most] of Object.entries({ brightness: 10, contrast: 10, saturation: 10, hue: 0.5 }))
    within(`colorJitter.${field}`, spec[field as keyof typeof spec], most);
  return spec;
}

function within(field: string, value: unknown, most: number): void {
  if (typeof value !== "number" || !(value >= 0 && value <= most))
    throw invalidArgument(`augment.${field}`, `a number from 0 to ${most}`, value);
}

function checkRange(field: string, range: unknown, most: number): void {
  const [least, last] = Array.isArray(range) && range.length === 2 ? range : [];
  if (typeof least === "number" && typeof last === "number" && least > 0 && least <= last && last <= most) return;
  const expected = `least and most, two numbers above 0 and up to ${most}`;
  throw invalidArgument(`augment.randomResizedCrop.${field}`, expected, range);
}
