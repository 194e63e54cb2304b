// Photos as training sees them: decoded once, large enough for every view, and each view drawn by seed, photo and path.

import type { AugmentSpec, PhotoAugment } from "../../../datasets/augment/augment-spec.js";
import { augmented, decodeScale } from "../../../datasets/augment/augmented.js";
import { drawView } from "../../../datasets/augment/view.js";
import type { PictureDecoder } from "../../../datasets/decoder.js";
import type { ImageSource } from "../../../datasets/image-source.js";
import type { Rgb } from "../../../datasets/resample.js";
import type { ImageTransform } from "../../../datasets/transform.js";
import { stream } from "../../../random.js";
import type { DrawPath } from "./feature-source.js";

export interface Augmenter {
  readonly spec: AugmentSpec;
  readonly seed: number;
  /** @throws RegraftError "unreadable-image" */
  picture(image: ImageSource): Promise<Rgb>;
  /**
   * 8-bit RGB as the network takes it: a function of the seed, the photo's name and the path alone, whatever else is drawn.
   * @param path such as ("epoch", 3), or ("view", 0) of those that are cached.
   */
  view(picture: Rgb, photo: string, path: DrawPath): Uint8Array;
}

export interface AugmenterOptions {
  readonly spec: AugmentSpec;
  readonly seed: number;
  readonly decoder: PictureDecoder;
  readonly transform: ImageTransform;
}

export function createAugmenter({ spec, seed, decoder, transform }: AugmenterOptions): Augmenter {
  const finest = decodeScale(spec, transform);
  return {
    spec,
    seed,
    picture: (image) => decoder.decodeWhole(image, transform, finest),
    view: (picture, photo, path) => {
      const view = drawView(spec, picture, transform, (what) => stream(seed, "augment", ...path, photo, what));
      return augmented(picture, view, transform);
    },
  };
}

/** What decides about a cached view, beside the bytes of the photo and how all photos are prepared. */
export function viewOrigin({ spec, seed }: Pick<Augmenter, "spec" | "seed">, photo: string, view: number): object {
  const { mixup: _, cutmix: __, views: ___, ...augment } = spec;
  return { augment: augment satisfies PhotoAugment, seed, photo, view };
}
