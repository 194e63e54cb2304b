import { describe, expect, it } from "vitest";
import { defaultTransform, type ImageTransform } from "../../src/datasets/transform.js";
import {
  fromPreprocessorConfig,
  type PreprocessorConfig,
  toPreprocessorConfig,
} from "../../src/models/preprocessor-config.js";
import { refusal } from "../helpers/refusal.js";

const { maxPixels } = defaultTransform;
const half = [0.5, 0.5, 0.5] as const;

/** Files hold anything. */
const read = (config: unknown): ImageTransform =>
  fromPreprocessorConfig(config as Partial<PreprocessorConfig>, "preprocessor_config.json");

/** As google/vit-base-patch16-224 has it. */
const vit = {
  image_processor_type: "ViTImageProcessor",
  do_resize: true,
  size: { height: 224, width: 224 },
  resample: 2,
  do_rescale: true,
  rescale_factor: 0.00392156862745098,
  do_normalize: true,
  image_mean: half,
  image_std: half,
};

/** As google/bit-50 has it. */
const bit = {
  ...vit,
  image_processor_type: "BitImageProcessor",
  size: { shortest_edge: 256 },
  resample: 3,
  do_center_crop: true,
  crop_size: { height: 224, width: 192 },
  do_convert_rgb: true,
};

describe("fromPreprocessorConfig", () => {
  it("squashes as ViT does", () => {
    const resize = { height: 224, width: 224 };
    const expected = { resize, resample: "bilinear", mean: half, std: half, maxPixels };
    expect(read(vit)).toEqual(expected);
    expect(read({ ...vit, do_center_crop: false, crop_size: { height: 200, width: 200 } })).toEqual(expected);
  });

  it("resizes the shortest edge and crops as BiT does", () => {
    expect(read(bit)).toEqual({
      resize: { shortestEdge: 256 },
      crop: { height: 224, width: 192 },
      resample: "bicubic",
      mean: half,
      std: half,
      maxPixels,
    });
  });

  it("normalises nothing where the file says so", () => {
    expect(read({ ...vit, do_normalize: false })).toMatchObject({ mean: [0, 0, 0], std: [1, 1, 1] });
  });

  it("takes Pillow's numbers: 0 is nearest, 2 bilinear, 3 bicubic", () => {
    const configs = [{ ...vit, resample: 0 }, vit, bit];
    expect(configs.map((config) => read(config).resample)).toEqual(["nearest", "bilinear", "bicubic"]);
  });

  describe("takes what is left out from the class, as Python does", () => {
    const clip = { mean: [0.48145466, 0.4578275, 0.40821073], std: [0.26862954, 0.26130258, 0.27577711] };
    const square = (edge: number) => ({ height: edge, width: edge });
    it.each<[string, object]>([
      ["ViTImageProcessor", { resize: square(224), resample: "bilinear", mean: half, std: half }],
      ["ViTFeatureExtractor", { resize: square(224) }],
      ["ViTImageProcessorFast", { resize: square(224) }],
      ["ConvNextImageProcessor", { resize: square(384), resample: "bilinear", mean: half }],
      ["MobileNetV2ImageProcessor", { resize: { shortestEdge: 256 }, crop: square(224), resample: "bilinear" }],
      ["EfficientNetImageProcessor", { resize: square(346), resample: "nearest", std: [0.25, 0.25, 0.25] }],
      ["DeiTImageProcessor", { resize: square(256), crop: square(224), resample: "bicubic", mean: half }],
      ["BeitImageProcessor", { resize: square(256), crop: square(224), resample: "bicubic" }],
      ["BitImageProcessor", { resize: { shortestEdge: 224 }, crop: square(224), resample: "bicubic", ...clip }],
      ["CLIPImageProcessor", { resize: { shortestEdge: 224 }, crop: square(224), ...clip }],
      ["PvtImageProcessor", { resize: square(224), mean: defaultTransform.mean }],
      ["EfficientFormerImageProcessor", { resize: square(224), crop: square(224), std: defaultTransform.std }],
    ])("%s", (image_processor_type, expected) => {
      const transform = read({ image_processor_type, image_mean: null });
      expect(transform).toMatchObject(expected);
      expect("crop" in transform).toBe("crop" in expected);
    });

    it("crops ConvNeXt's shortest edge out of a larger one, up to 384 pixels", () => {
      const convNext = { ...vit, image_processor_type: "ConvNextImageProcessor" };
      const cropped = { resize: { shortestEdge: 256 }, crop: { height: 224, width: 224 } };
      expect(read({ ...convNext, size: { shortest_edge: 224 } })).toMatchObject(cropped);
      expect(read({ ...convNext, size: 224 })).toMatchObject(cropped);
      // 224 / 0.95 = 235.8
      expect(read({ ...convNext, size: 224, crop_pct: 0.95 })).toMatchObject({ resize: { shortestEdge: 235 } });
      expect(read({ ...convNext, size: 384 })).not.toHaveProperty("crop");
    });

    it("reads a number as the class does: a square or the shortest edge", () => {
      expect(read({ ...vit, size: 192 })).toMatchObject({ resize: { height: 192, width: 192 } });
      expect(read({ ...bit, size: 256, crop_size: 224 })).toMatchObject({
        resize: { shortestEdge: 256 },
        crop: { height: 224, width: 224 },
      });
    });

    it("crops only if the class ever does", () => {
      expect(read({ ...vit, do_center_crop: true, crop_size: 100 })).not.toHaveProperty("crop");
      const efficientNet = { ...vit, image_processor_type: "EfficientNetImageProcessor", crop_size: 200 };
      expect(read(efficientNet)).not.toHaveProperty("crop");
      expect(read({ ...efficientNet, do_center_crop: true })).toMatchObject({ crop: { height: 200, width: 200 } });
    });

    it("divides by the standard deviation once where EfficientNet has no top", () => {
      const efficientNet = { ...vit, image_processor_type: "EfficientNetImageProcessor" };
      expect(read({ ...efficientNet, include_top: false }).std).toEqual(half);
      expect(read({ ...efficientNet, do_normalize: false }).std).toEqual([1, 1, 1]);
    });

    it("refuses to guess for a class it does not know, and follows it where nothing is left out", async () => {
      const { image_mean: _, ...partial } = { ...vit, image_processor_type: "NewImageProcessor" };
      await refusal(() => read(partial), "unsupported-model", "leaves out image_mean, and what NewImageProcessor");
      expect(read({ ...partial, image_mean: half })).toEqual(read(vit));
    });
  });

  it.each<[string, object, string | RegExp]>([
    ["resampling by Lanczos (1)", { resample: 1 }, /method 1, none of nearest \(0\), bilinear \(2\), bicubic \(3\)/],
    ["blue before red", { do_flip_channel_order: true }, "swaps red and blue"],
    ["MobileViT's default", { image_processor_type: "MobileViTImageProcessor" }, "swaps red and blue"],
    ["resampling by a name", { resample: "bicubic" }, "method bicubic"],
    ["no resizing", { do_resize: false }, "does not resize"],
    ["a size in words", { size: "large" }, "gives the size as large"],
    ["half a size", { size: { height: 224 } }, "image.resize.width"],
    ["a longest edge", { size: { longest_edge: 224 } }, "image.resize.height"],
    ["a shortest edge without a crop", { size: { shortest_edge: 224 } }, "image.crop"],
    ["a crop larger than the photo", { ...bit, crop_size: { height: 257, width: 1 } }, "image.crop.height"],
    ["a crop in words", { ...bit, crop_size: "all" }, "image.crop.height"],
    ["no rescaling", { do_rescale: false }, "1/255"],
    ["rescaling to -1…1", { rescale_factor: 1 / 127.5 }, "1/255"],
    ["rescaling by a string", { rescale_factor: "a bit" }, "1/255"],
    ["a mean of 0…255", { image_mean: [127, 127, 127] }, "image.mean"],
    ["a mean for grey photos", { image_mean: [0.5] }, "image.mean"],
    ["a mean that is a number", { image_mean: 0.5 }, "image.mean"],
    ["a mean in strings", { image_mean: ["0.5", "0.5", "0.5"] }, "image.mean"],
    ["a std of nothing", { image_std: [0, 1, 1] }, "image.std"],
    ["a std for four channels", { image_std: [0.5, 0.5, 0.5, 0.5] }, "image.std"],
  ])("refuses %s", async (_, fields, part) => {
    const { details } = await refusal(() => read({ ...vit, ...fields }), "unsupported-model", part, "option `image`");
    expect(details.source).toBe("preprocessor_config.json");
  });

  it.each([
    ["nothing at all", {}],
    ["a huge edge", { ...vit, size: { height: 1e300, width: 224 } }],
    ["an edge beyond memory", { ...vit, size: { height: 5000, width: 5000 } }],
    ["no edge", { ...vit, size: { height: 0, width: 224 } }],
    ["a negative edge", { ...bit, size: { shortest_edge: -1 } }],
    ["a fraction of a pixel", { ...bit, crop_size: { height: 1.5, width: 1 } }],
    ["a list for the size", { ...vit, size: [224, 224] }],
    ["prototype's names", JSON.parse('{"__proto__": {"size": {"height": 8, "width": 8}}, "constructor": 1}')],
  ])("refuses %s", async (_, config) => {
    await refusal(() => read(config), "unsupported-model", "preprocessor_config.json");
  });
});

describe("toPreprocessorConfig", () => {
  const cropped: ImageTransform = { ...defaultTransform, resample: "bicubic", mean: half, std: [0.25, 0.5, 1] };

  it("writes what Python and transformers.js read alike", () => {
    expect(toPreprocessorConfig(cropped)).toEqual({
      image_processor_type: "BitImageProcessor",
      do_convert_rgb: true,
      do_resize: true,
      size: { shortest_edge: 256 },
      resample: 3,
      do_center_crop: true,
      crop_size: { height: 224, width: 224 },
      do_rescale: true,
      rescale_factor: 1 / 255,
      do_normalize: true,
      image_mean: half,
      image_std: [0.25, 0.5, 1],
    });
  });

  it("writes a squash as ViT's", () => {
    const { crop: _, ...rest } = defaultTransform;
    const config = toPreprocessorConfig({ ...rest, resize: { height: 32, width: 48 } });
    expect(config).toMatchObject({
      image_processor_type: "ViTImageProcessor",
      size: { height: 32, width: 48 },
      resample: 2,
      do_center_crop: false,
    });
    expect(config).not.toHaveProperty("crop_size");
  });

  it("comes back as it was, through JSON", () => {
    const { crop: _, ...rest } = cropped;
    const transforms: ImageTransform[] = [
      cropped,
      { ...rest, resize: { height: 32, width: 48 } },
      { ...cropped, resize: { height: 32, width: 48 }, crop: { height: 31, width: 47 } },
    ];
    for (const transform of transforms)
      expect(read(JSON.parse(JSON.stringify(toPreprocessorConfig(transform))))).toEqual(transform);
  });
});
