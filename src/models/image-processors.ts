// What Hugging Face's image processors do where a preprocessor_config.json leaves a key out: each class its own defaults.
// As of transformers 4.57, read off its classes instantiated without arguments.
type Channels = readonly [red: number, green: number, blue: number];

export interface ImageProcessor {
  readonly size: { readonly shortest_edge: number } | { readonly height: number; readonly width: number };
  readonly resample: number;
  /** Absent: the class never crops, whatever the file says. */
  readonly crop?: { readonly byDefault: boolean; readonly size: number };
  readonly mean: Channels;
  readonly std: Channels;
  /** Share of the resized edge that `size.shortest_edge` is, cut out of its middle: ConvNeXt's way to crop. */
  readonly cropPct?: number;
  /** Whether it divides by the standard deviation twice, unless `include_top` is false. */
  readonly stdTwice?: true;
  /** Whether it swaps red and blue, unless `do_flip_channel_order` is false. */
  readonly flips?: true;
}

const half = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] } as const;
const imageNet = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;
const clip = { mean: [0.48145466, 0.4578275, 0.40821073], std: [0.26862954, 0.26130258, 0.27577711] } as const;
const square = (edge: number) => ({ height: edge, width: edge });
const shortest = (edge: number) => ({ shortest_edge: edge });
const [nearest, bilinear, bicubic] = [0, 2, 3];
const crop224 = { byDefault: true, size: 224 };

const mobileNet: ImageProcessor = { size: shortest(256), resample: bilinear, crop: crop224, ...half };
const bit: ImageProcessor = { size: shortest(224), resample: bicubic, crop: crop224, ...clip };

const processors: ReadonlyMap<string, ImageProcessor> = new Map([
  ["Beit", { size: square(256), resample: bicubic, crop: crop224, ...half }],
  ["Bit", bit],
  ["CLIP", bit],
  ["ConvNext", { size: shortest(384), resample: bilinear, cropPct: 224 / 256, ...half }],
  ["DeiT", { size: square(256), resample: bicubic, crop: crop224, ...half }],
  ["EfficientFormer", { size: square(224), resample: bicubic, crop: crop224, ...imageNet }],
  [
    "EfficientNet",
    { size: square(346), resample: nearest, crop: { byDefault: false, size: 289 }, stdTwice: true, ...half },
  ],
  ["MobileNetV1", mobileNet],
  ["MobileNetV2", mobileNet],
  [
    "MobileViT",
    {
      size: shortest(224),
      resample: bilinear,
      crop: { byDefault: true, size: 256 },
      mean: [0, 0, 0],
      std: [1, 1, 1],
      flips: true,
    },
  ],
  ["Pvt", { size: square(224), resample: bilinear, ...imageNet }],
  ["ViT", { size: square(224), resample: bilinear, ...half }],
]);

/** The class that a file names, with or without "Fast", in its old spelling too; undefined when it is not known. */
export function imageProcessor({
  image_processor_type,
  feature_extractor_type,
}: {
  readonly image_processor_type?: string;
  readonly feature_extractor_type?: string;
}): ImageProcessor | undefined {
  const name = image_processor_type ?? feature_extractor_type;
  return typeof name === "string"
    ? processors.get(name.replace(/(ImageProcessor|FeatureExtractor)(Fast)?$/, ""))
    : undefined;
}
