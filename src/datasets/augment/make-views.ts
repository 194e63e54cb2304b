// Views of one photo, of its file or of what is decoded of it: a function of plain data, the same bits wherever it runs.
import { stream } from "../../random.js";
import type { PictureDecoder } from "../decoder.js";
import { type ImageSource, isImageSource } from "../image-source.js";
import type { Rgb } from "../resample.js";
import type { ImageTransform } from "../transform.js";
import type { PhotoAugment } from "./augment-spec.js";
import { augmented } from "./augmented.js";
import { drawView } from "./view.js";

export interface ViewJob {
  /** Encoded, or decoded by `decodeWhole`. */
  readonly of: ImageSource | Rgb;
  readonly transform: ImageTransform;
  /** See `decodeWhole`. */
  readonly finest: number;
  readonly seed: number;
  /** How each view is drawn, and by what path of the seed's streams. */
  readonly views: readonly { readonly spec: PhotoAugment; readonly path: readonly (string | number)[] }[];
}

/**
 * 8-bit RGB of each view in HWC, `outputSize(transform)` large, in buffers of their own.
 * @param pause awaited before each view, which holds the thread for some 4 ms.
 * @throws RegraftError "unreadable-image"
 */
export async function makeViews(
  { of, transform, finest, seed, views }: ViewJob,
  decoder: Pick<PictureDecoder, "decodeWhole">,
  pause: () => Promise<void> = async () => {},
): Promise<Uint8Array[]> {
  const picture = isImageSource(of) ? await decoder.decodeWhole(of, transform, finest) : of;
  const made: Uint8Array[] = [];
  for (const { spec, path } of views) {
    await pause();
    const view = drawView(spec, picture, transform, (what) => stream(seed, ...path, what));
    made.push(augmented(picture, view, transform));
  }
  return made;
}
