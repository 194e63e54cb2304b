import { describe, expect, it } from "vitest";
import { imageProcessor } from "../../src/models/image-processors.js";

describe("imageProcessor", () => {
  it("knows classes by their present and their old names", () => {
    const vit = imageProcessor({ image_processor_type: "ViTImageProcessor" });
    expect(vit).toMatchObject({ size: { height: 224, width: 224 }, resample: 2, mean: [0.5, 0.5, 0.5] });
    expect(imageProcessor({ image_processor_type: "ViTImageProcessorFast" })).toBe(vit);
    expect(imageProcessor({ feature_extractor_type: "ViTFeatureExtractor" })).toBe(vit);
    expect(vit).not.toHaveProperty("crop");
  });

  it.each(["SamImageProcessor", "constructor", "", 7])("does not know %j", (image_processor_type) => {
    expect(imageProcessor({ image_processor_type: image_processor_type as string })).toBeUndefined();
  });
});
