// Photos as the network sees them, and what it sees in them.
import { toPixels } from "../../../datasets/batches.js";
import type { ImageCodec } from "../../../datasets/decoder.js";
import type { Photo } from "../../../datasets/photo-set.js";
import { outputSize } from "../../../datasets/transform.js";
import { isRegraftError } from "../../../errors.js";
import type { CallContext } from "../../border/channel.js";
import { type GradCamSession, openGradCam, seenOver } from "./grad-cam.js";
import type { NetworkView } from "./view.js";

export interface Looked {
  readonly transform: NetworkView["transform"];
  readonly decoder: ImageCodec;
  /** Rejects for networks that cannot be looked into. */
  readonly look: () => Promise<NetworkView>;
}

export interface PhotoPicture {
  readonly name: string;
  /** JPEG files. */
  readonly photo: Uint8Array;
  readonly heatMap: Uint8Array | undefined;
}

export interface PhotoPictures {
  readonly pictures: readonly PhotoPicture[];
  /** Why there are no heat maps, where there are none. */
  readonly withoutHeatMaps: string | undefined;
}

/** A photo, and the class whose places are looked for; none: it is shown without a heat map. */
export interface PhotoToShow {
  readonly photo: Photo;
  readonly index?: number;
}

/** @throws RegraftError "unreadable-image" for a photo that has gone; the signal's reason */
export async function photoPictures(
  photos: readonly PhotoToShow[],
  { transform, decoder, look }: Looked,
  { signal, emit }: CallContext,
): Promise<PhotoPictures> {
  const cam = photos.some(({ index }) => index !== undefined) ? await openIfPossible(look) : undefined;
  const session = typeof cam === "string" ? undefined : cam;
  const pictures: PhotoPicture[] = [];
  try {
    for (const { photo: shown, index } of photos) {
      signal.throwIfAborted();
      const photo = await decoder.decode(shown.image, transform);
      const seen = index === undefined ? undefined : await session?.see(toPixels([photo], transform), index);
      const pictureOf = (data: Uint8Array) => decoder.encode({ data, ...outputSize(transform) });
      pictures.push({
        name: shown.name,
        photo: await pictureOf(photo),
        heatMap: seen && (await pictureOf(seenOver(photo, seen, transform))),
      });
      emit({ phase: "interpret", done: pictures.length, total: photos.length });
    }
  } finally {
    await session?.release();
  }
  return { pictures, withoutHeatMaps: typeof cam === "string" ? cam : undefined };
}

/** Or why there is none. */
async function openIfPossible(look: Looked["look"]): Promise<GradCamSession | string> {
  try {
    return await openGradCam(await look());
  } catch (error) {
    const isRefused = ["unsupported-model", "unsupported-op", "no-classifier-found"].some((code) =>
      isRegraftError(error, code as "unsupported-op"),
    );
    if (isRefused) return (error as Error).message;
    throw error;
  }
}
