// What a classifier did with labelled photos, and those it was most wrong about as pictures.

import { whole } from "../../../arguments.js";
import { toPixels } from "../../../datasets/batches.js";
import type { ImageCodec } from "../../../datasets/decoder.js";
import { outputSize } from "../../../datasets/transform.js";
import { isRegraftError } from "../../../errors.js";
import type { CallContext } from "../../border/channel.js";
import type { Interpretation, InterpretOptions, TopLoss } from "../../interpret/interpretation.js";
import type { Tried } from "../photo-evaluation.js";
import type { Validation } from "../training/validation.js";
import { type GradCamSession, openGradCam, seenOver } from "./grad-cam.js";
import { mostConfused } from "./most-confused.js";
import { topLosses } from "./top-losses.js";
import type { NetworkView } from "./view.js";

export type InterpretRequest = Pick<InterpretOptions, "topLosses" | "minCount">;

export interface Interpreted extends Tried {
  readonly result: Validation;
  readonly classes: readonly string[];
  readonly transform: NetworkView["transform"];
  readonly decoder: ImageCodec;
  /** Rejects for networks that cannot be looked into. */
  readonly look: () => Promise<NetworkView>;
}

/** @throws RegraftError "unreadable-image" for a photo that has gone; the signal's reason */
export async function interpretation(
  { result, photos, logits, classes, transform, decoder, look }: Interpreted,
  { topLosses: most = 9, minCount = 1 }: InterpretRequest,
  { signal, emit }: CallContext,
): Promise<Interpretation> {
  whole("topLosses", most, 0, 1000);
  whole("minCount", minCount, 1, 2 ** 31);
  const labels = Int32Array.from(photos, ({ label }) => label as number);
  const rows = topLosses({ logits, labels, classes: classes.length }, most);
  const cam = rows.length === 0 ? undefined : await openIfPossible(look);
  const session = typeof cam === "string" ? undefined : cam;
  const shown: TopLoss[] = [];
  try {
    for (const { row, actual, predicted, ...numbers } of rows) {
      signal.throwIfAborted();
      const { image, name } = photos[row]!;
      const photo = await decoder.decode(image, transform);
      const heat = session && seenOver(photo, await session.see(toPixels([photo], transform), predicted), transform);
      const pictureOf = (data: Uint8Array) => decoder.encode({ data, ...outputSize(transform) });
      shown.push({
        ...{ name, ...numbers },
        actual: classes[actual]!,
        predicted: classes[predicted]!,
        photo: await pictureOf(photo),
        heatMap: heat && (await pictureOf(heat)),
      });
      emit({ phase: "interpret", done: shown.length, total: rows.length });
    }
  } finally {
    await session?.release();
  }
  return {
    ...result,
    classes,
    photos: photos.length,
    mostConfused: mostConfused(result.confusion, classes, minCount),
    topLosses: shown,
    withoutHeatMaps: typeof cam === "string" ? cam : undefined,
  };
}

/** Or why there is none. */
async function openIfPossible(look: Interpreted["look"]): Promise<GradCamSession | string> {
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
