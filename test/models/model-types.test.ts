import { describe, expect, it } from "vitest";
import { modelTypeFor } from "../../src/models/model-types.js";

describe("modelTypeFor", () => {
  it("keeps a type that transformers.js opens, with its class", () => {
    expect(modelTypeFor("efficientnet")).toEqual({
      model_type: "efficientnet",
      architectures: ["EfficientNetForImageClassification"],
      nominal: false,
    });
    expect(modelTypeFor("mobilenet_v2").architectures).toEqual(["MobileNetV2ForImageClassification"]);
  });

  it.each([undefined, "densenet", "__proto__"])("borrows resnet's for %s, and says so", (architecture) => {
    expect(modelTypeFor(architecture)).toEqual({
      model_type: "resnet",
      architectures: ["ResNetForImageClassification"],
      nominal: true,
    });
  });
});
