// How photos are varied for training, with every default filled in. Plain data.

/** Least and most, drawn from uniformly. */
export type Range = readonly [least: number, most: number];

/** What is done to one photo; see `AugmentOptions` for what the fields mean. */
export interface PhotoAugment {
  readonly randomResizedCrop: { readonly scale: Range; readonly ratio: Range } | false;
  readonly horizontalFlip: number;
  readonly verticalFlip: number;
  /** Degrees. */
  readonly rotation: number;
  readonly colorJitter: {
    readonly brightness: number;
    readonly contrast: number;
    readonly saturation: number;
    readonly hue: number;
  };
  readonly randomErasing: number;
}

/** What is done to the photos of a batch together. */
export interface BatchAugment {
  readonly mixup: number;
  readonly cutmix: number;
}

export interface AugmentSpec extends PhotoAugment, BatchAugment {
  /** Augmented rows of each photo that are cached where layers are frozen; 0: the plain photo's row. */
  readonly views: number;
}
