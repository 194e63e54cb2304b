// Photos as training sees them: decoded once, large enough for every view, and each view drawn by seed, photo and path.

import type { AugmentSpec, PhotoAugment } from "../../../datasets/augment/augment-spec.js";
import { decodeScale } from "../../../datasets/augment/augmented.js";
import type { PictureDecoder } from "../../../datasets/decoder.js";
import type { ImageSource } from "../../../datasets/image-source.js";
import type { Rgb } from "../../../datasets/resample.js";
import type { ImageTransform } from "../../../datasets/transform.js";
import type { ViewMaker } from "../pictures/view-maker.js";
import { viewsInPlace } from "../pictures/view-pool.js";
import type { DrawPath } from "./feature-source.js";

export interface Augmenter {
  readonly spec: AugmentSpec;
  readonly seed: number;
  /** @throws RegraftError "unreadable-image" */
  picture(image: ImageSource): Promise<Rgb>;
  /**
   * 8-bit RGB as the network takes it, for each path: a function of the seed, the photo's name and the path alone, whatever else is
   * drawn.
   * @param of what `picture` gave, or the photo itself.
   * @param paths such as ("epoch", 3), or ("view", 0) of those that are cached.
   * @throws RegraftError "unreadable-image"
   */
  views(of: ImageSource | Rgb, photo: string, paths: readonly DrawPath[]): Promise<readonly Uint8Array[]>;
}

export interface AugmenterOptions {
  readonly spec: AugmentSpec;
  readonly seed: number;
  readonly decoder: PictureDecoder;
  /** Absent: they are made in place. */
  readonly views?: ViewMaker | undefined;
  readonly transform: ImageTransform;
}

export function createAugmenter({ spec, seed, decoder, views, transform }: AugmenterOptions): Augmenter {
  const finest = decodeScale(spec, transform);
  const make = views?.make ?? viewsInPlace(decoder);
  return {
    spec,
    seed,
    picture: (image) => decoder.decodeWhole(image, transform, finest),
    views: (of, photo, paths) => {
      const drawn = paths.map((path) => ({ spec, path: ["augment", ...path, photo] }));
      return make({ of, transform, finest, seed, views: drawn });
    },
  };
}

/** What decides about a cached view, beside the bytes of the photo and how all photos are prepared. */
export function viewOrigin({ spec, seed }: Pick<Augmenter, "spec" | "seed">, photo: string, view: number): object {
  const { mixup: _, cutmix: __, views: ___, ...augment } = spec;
  return { augment: augment satisfies PhotoAugment, seed, photo, view };
}
