// Hugging Face's preprocessor_config.json to our image transform and back. Written as BitImageProcessor, the one
// processor that Python and transformers.js read alike: resize the shortest edge, crop the centre, rescale, normalise.
import { defaultTransform, type ImageTransform, validateTransform } from "../datasets/transform.js";
import { RegraftError } from "../errors.js";

export interface PreprocessorConfig {
  readonly image_processor_type: string;
  readonly do_resize?: boolean;
  readonly size?: { shortest_edge: number } | { height: number; width: number };
  /** Pillow's numbers. */
  readonly resample?: number;
  readonly do_center_crop?: boolean;
  readonly crop_size?: { height: number; width: number };
  readonly do_rescale?: boolean;
  readonly rescale_factor?: number;
  readonly do_normalize?: boolean;
  readonly image_mean?: ImageTransform["mean"];
  readonly image_std?: ImageTransform["std"];
  readonly do_convert_rgb?: boolean;
}

const pillow = { bilinear: 2, bicubic: 3 } as const;

/** The file that makes others treat photos as `transform` does. */
export function toPreprocessorConfig({ resize, crop, resample, mean, std }: ImageTransform): PreprocessorConfig {
  return {
    image_processor_type: crop || "shortestEdge" in resize ? "BitImageProcessor" : "ViTImageProcessor",
    do_convert_rgb: true,
    do_resize: true,
    size: "shortestEdge" in resize ? { shortest_edge: resize.shortestEdge } : resize,
    resample: pillow[resample],
    do_center_crop: crop !== undefined,
    ...(crop && { crop_size: crop }),
    do_rescale: true,
    rescale_factor: 1 / 255,
    do_normalize: true,
    image_mean: mean,
    image_std: std,
  };
}

/**
 * The transform that a preprocessor_config.json describes.
 * @param source names the file in errors.
 * @throws RegraftError "unsupported-model" when it asks for something that regraft does not do.
 */
export function fromPreprocessorConfig(config: Partial<PreprocessorConfig>, source: string): ImageTransform {
  const refuse = (reason: string): never => {
    throw new RegraftError(
      "unsupported-model",
      { source, reason },
      `${source} ${reason}. Say how to prepare photos with the option \`image\` instead.`,
    );
  };
  const { size, crop_size, resample = pillow.bilinear, image_mean, image_std } = config;
  if (config.do_resize === false || !size) return refuse("does not resize photos to one size");
  if (typeof size !== "object") return refuse(`gives the size as ${size}, which leaves open what becomes of the shape`);
  if (!(Math.abs((config.rescale_factor ?? 1 / 255) * 255 - 1) <= 1e-6) || config.do_rescale === false)
    return refuse("does not scale pixels by 1/255");
  const method = (Object.keys(pillow) as (keyof typeof pillow)[]).find((name) => pillow[name] === resample);
  if (!method) return refuse(`resamples by Pillow's method ${resample}, neither bilinear (2) nor bicubic (3)`);
  const { crop: _, ...otherwise } = defaultTransform;
  const transform: ImageTransform = {
    ...otherwise,
    resize: "shortest_edge" in size ? { shortestEdge: size.shortest_edge } : { height: size.height, width: size.width },
    ...(config.do_center_crop !== false && crop_size && { crop: { height: crop_size.height, width: crop_size.width } }),
    resample: method,
    mean: config.do_normalize === false ? [0, 0, 0] : (image_mean ?? defaultTransform.mean),
    std: config.do_normalize === false ? [1, 1, 1] : (image_std ?? defaultTransform.std),
  };
  try {
    validateTransform(transform);
  } catch (error) {
    return refuse(`cannot be followed (${error instanceof Error ? error.message : error})`);
  }
  return transform;
}
