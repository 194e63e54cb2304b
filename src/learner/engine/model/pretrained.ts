// A network that was found, made ready to be cut: how photos are to be prepared for it.
import { defaultTransform, type ImageTransform, validateTransform } from "../../../datasets/transform.js";
import { findImageInput } from "../../../heads/image-input.js";
import { fromPreprocessorConfig } from "../../../models/preprocessor-config.js";
import type { CallContext } from "../../border/channel.js";
import type { Platform } from "../platform.js";
import { findPretrained } from "./find-model.js";
import type { FoundModel } from "./read-model.js";

/** How photos are prepared for a network, and where that comes from, in words. */
export interface Preparation {
  readonly transform: ImageTransform;
  readonly transformReason: string;
}

export interface Pretrained extends Omit<FoundModel, "stated">, Preparation {}

/**
 * @param model see `findPretrained`.
 * @param image overrides of the preparation; absent for callers who have no such option.
 * @throws RegraftError what `findPretrained` and `preparationOf` throw
 */
export async function loadPretrained(
  platform: Platform,
  model: string | Uint8Array,
  image?: Partial<ImageTransform>,
  context?: CallContext,
): Promise<Pretrained> {
  const found = await findPretrained(platform, model, context);
  return { ...found, ...preparationOf(found, image) };
}

/**
 * What is stated, or else ImageNet's usual recipe at the size the model asks for: crop to it from an edge 8/7 as long,
 * as in 256 to 224. On top of either, `image`; where that says everything, nothing else is looked at.
 * @throws RegraftError "unsupported-model" when what is stated cannot be followed, or nothing is and it is no image
 * model; "invalid-argument" for a senseless `image`
 */
export function preparationOf(found: FoundModel, image?: Partial<ImageTransform>): Preparation {
  const { transform, transformReason } = unchanged(found, image);
  return { transform: validateTransform({ ...transform, ...image }), transformReason };
}

function unchanged({ stated, model, name }: FoundModel, image?: Partial<ImageTransform>): Preparation {
  if (image?.resize && image.mean && image.std) {
    const { crop: _, ...transform } = defaultTransform;
    return { transform, transformReason: "the option `image` says so" };
  }
  if (stated) {
    const remedy = image ? undefined : "Mend it, or export the model again.";
    const transform = fromPreprocessorConfig(stated.config, stated.source, remedy);
    return { transform, transformReason: stated.reason };
  }
  const { height = 224, width = 224 } = findImageInput(model.graph, name);
  const shortestEdge = Math.round((Math.max(height, width) * 8) / 7);
  return {
    transform: { ...defaultTransform, resize: { shortestEdge }, crop: { height, width } },
    transformReason: "nothing says how photos are to be prepared, so ImageNet's usual mean, std and crop are taken",
  };
}
