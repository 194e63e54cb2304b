// One image looked at: its heat map, or what the layers say of it.
import { toPixels } from "../../../datasets/batches.js";
import type { ImageCodec } from "../../../datasets/decoder.js";
import type { ImageSource } from "../../../datasets/image-source.js";
import { outputSize } from "../../../datasets/transform.js";
import type { Activation, ActivationOptions, GradCam, GradCamOptions } from "../../interpret/interpretation.js";
import { activationsOf } from "./activations.js";
import { classIndex, openGradCam, seenOver } from "./grad-cam.js";
import type { NetworkView } from "./view.js";

export interface GradCamRequest extends Pick<GradCamOptions, "label" | "layer"> {
  readonly image: ImageSource;
}

/** @throws RegraftError "unreadable-image", and as `openGradCam` and `classIndex` */
export async function gradCam(
  view: NetworkView,
  { image, label, layer }: GradCamRequest,
  decoder: ImageCodec,
): Promise<GradCam> {
  const { transform, classes } = view;
  const wanted = classIndex(label, classes);
  const photo = await decoder.decode(image, transform);
  const session = await openGradCam(view, layer);
  try {
    const seen = await session.see(toPixels([photo], transform), wanted);
    const overlay = await decoder.encode({ data: seenOver(photo, seen, transform), ...outputSize(transform) });
    const { index, ...found } = seen;
    return { label: classes[index]!, ...found, overlay };
  } finally {
    await session.release();
  }
}

export interface ActivationRequest extends Pick<ActivationOptions, "layers"> {
  readonly image: ImageSource;
}

/** @throws RegraftError "unreadable-image", "invalid-argument" */
export async function activations(
  view: NetworkView,
  { image, layers }: ActivationRequest,
  decoder: ImageCodec,
): Promise<Activation[]> {
  const photo = await decoder.decode(image, view.transform);
  return activationsOf(view, toPixels([photo], view.transform), layers);
}
