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

  it("takes ImageNet's mean and std where none are given, and none where nothing is normalised", () => {
    const { image_mean: _, image_std: __, ...bare } = vit;
    expect(read(bare)).toMatchObject({ mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] });
    expect(read({ ...bare, image_mean: null, image_std: null })).toMatchObject({ mean: defaultTransform.mean });
    expect(read({ ...vit, do_normalize: false })).toMatchObject({ mean: [0, 0, 0], std: [1, 1, 1] });
  });

  it("takes Pillow's numbers: 2 is bilinear, also unless said otherwise, 3 is bicubic", () => {
    const { resample: _, ...unsaid } = vit;
    expect([unsaid, vit, bit].map((config) => read(config).resample)).toEqual(["bilinear", "bilinear", "bicubic"]);
  });

  it.each<[string, object, string | RegExp]>([
    ["resampling by nearest (0)", { resample: 0 }, /method 0, neither bilinear \(2\) nor bicubic \(3\)/],
    ["resampling by Lanczos (1)", { resample: 1 }, "method 1"],
    ["resampling by a name", { resample: "bicubic" }, "method bicubic"],
    ["no resizing", { do_resize: false }, "does not resize"],
    ["no size", { size: undefined }, "does not resize"],
    ["a size that may mean two things", { size: 224 }, "gives the size as 224"],
    ["a size in words", { size: "large" }, "gives the size as large"],
    ["half a size", { size: { height: 224 } }, "image.resize.width"],
    ["a longest edge", { size: { longest_edge: 224 } }, "image.resize.height"],
    ["a shortest edge without a crop", { size: { shortest_edge: 224 } }, "image.crop"],
    ["a crop in one number", { crop_size: 224 }, "image.crop.height"],
    ["a crop larger than the photo", { crop_size: { height: 225, width: 1 } }, "image.crop.height"],
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
