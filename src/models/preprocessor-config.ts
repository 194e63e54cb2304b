// Hugging Face's preprocessor_config.json to our image transform and back. Written as BitImageProcessor, the one
// processor that Python and transformers.js read alike: resize the shortest edge, crop the centre, rescale, normalise.
import { defaultTransform, type ImageTransform, validateTransform } from "../datasets/transform.js";
import { RegraftError } from "../errors.js";
import { type ImageProcessor, imageProcessor } from "./image-processors.js";

export interface PreprocessorConfig {
  readonly image_processor_type: string;
  /** What old files call the class. */
  readonly feature_extractor_type?: string;
  readonly do_resize?: boolean;
  readonly size?: number | { shortest_edge: number } | { height: number; width: number };
  /** Pillow's numbers. */
  readonly resample?: number;
  readonly do_center_crop?: boolean;
  readonly crop_size?: number | { height: number; width: number };
  readonly crop_pct?: number;
  readonly do_rescale?: boolean;
  readonly rescale_factor?: number;
  readonly do_normalize?: boolean;
  readonly image_mean?: ImageTransform["mean"];
  readonly image_std?: ImageTransform["std"];
  readonly do_convert_rgb?: boolean;
  readonly do_flip_channel_order?: boolean;
  readonly include_top?: boolean;
}

const pillow = { nearest: 0, bilinear: 2, bicubic: 3 } as const;

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
 * The transform that a preprocessor_config.json describes; what it leaves out is as its class in Python has it.
 * @param source names the file in errors.
 * @param remedy says what its reader can do then.
 * @throws RegraftError "unsupported-model" when it asks for something that regraft does not do, or leaves something out
 * and names no class that is known.
 */
export function fromPreprocessorConfig(
  given: Partial<PreprocessorConfig>,
  source: string,
  remedy = "Say how to prepare photos with the option `image` instead.",
): ImageTransform {
  const refuse = (reason: string): never => {
    throw new RegraftError("unsupported-model", { source, reason }, `${source} ${reason}. ${remedy}`);
  };
  // JSON's null is a key left out.
  const config = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null)) as typeof given;
  const known = imageProcessor(config);
  const name = config.image_processor_type ?? config.feature_extractor_type ?? "no class";
  const stated = <T>(key: string, value: T | undefined): T =>
    value ?? refuse(`leaves out ${key}, and what ${name} does then is not known`);

  if (config.do_resize === false) return refuse("does not resize photos to one size");
  if (!(Math.abs((config.rescale_factor ?? 1 / 255) * 255 - 1) <= 1e-6) || config.do_rescale === false)
    return refuse("does not scale pixels by 1/255");
  if (config.do_flip_channel_order ?? known?.flips) return refuse("swaps red and blue");
  const resample = stated("resample", config.resample ?? known?.resample);
  const method = (Object.keys(pillow) as (keyof typeof pillow)[]).find((name) => pillow[name] === resample);
  if (!method)
    return refuse(`resamples by Pillow's method ${resample}, none of nearest (0), bilinear (2), bicubic (3)`);
  const size: unknown = stated("size", config.size ?? known?.size);
  if (typeof size !== "number" && typeof size !== "object") return refuse(`gives the size as ${size}`);
  const normalised = config.do_normalize !== false;
  const std = normalised ? stated("image_std", config.image_std ?? known?.std) : ([1, 1, 1] as const);
  const twice = known?.stdTwice && config.include_top !== false && normalised;
  const { crop: _, ...otherwise } = defaultTransform;
  const transform: ImageTransform = {
    ...otherwise,
    ...geometry({ ...config, size: size as NonNullable<PreprocessorConfig["size"]> }, known),
    resample: method,
    mean: normalised ? stated("image_mean", config.image_mean ?? known?.mean) : [0, 0, 0],
    std: twice && Array.isArray(std) ? (std.map((value) => value * value) as unknown as typeof std) : std,
  };
  try {
    validateTransform(transform);
  } catch (error) {
    return refuse(`cannot be followed (${error instanceof Error ? error.message : error})`);
  }
  return transform;
}

function geometry(
  { size, crop_size, crop_pct, do_center_crop }: Partial<PreprocessorConfig>,
  known: ImageProcessor | undefined,
): Pick<ImageTransform, "resize" | "crop"> {
  const whole = typeof size === "number" ? sized(size, known) : size!;
  const edge = "shortest_edge" in whole ? whole.shortest_edge : undefined;
  if (known?.cropPct !== undefined && edge !== undefined) {
    const square = { height: edge, width: edge };
    // ConvNeXt's networks take large photos whole.
    if (edge >= 384) return { resize: square };
    return { resize: { shortestEdge: Math.trunc(edge / (crop_pct ?? known.cropPct)) }, crop: square };
  }
  const resize =
    "shortest_edge" in whole ? { shortestEdge: whole.shortest_edge } : { height: whole.height, width: whole.width };
  const crops = known
    ? known.crop !== undefined && (do_center_crop ?? known.crop.byDefault)
    : (do_center_crop ?? crop_size !== undefined);
  const crop = crop_size ?? known?.crop?.size;
  if (!crops || crop === undefined) return { resize };
  return {
    resize,
    crop: typeof crop === "number" ? { height: crop, width: crop } : { height: crop.height, width: crop.width },
  };
}

/** One number is the shortest edge to the classes whose own default is one, and a square to the others. */
const sized = (
  edge: number,
  known: ImageProcessor | undefined,
): Exclude<PreprocessorConfig["size"], number | undefined> =>
  known && typeof known.size === "object" && "shortest_edge" in known.size
    ? { shortest_edge: edge }
    : { height: edge, width: edge };
