import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { defaultTransform } from "../../../../src/datasets/transform.js";
import { findPretrained } from "../../../../src/learner/engine/model/find-model.js";
import { loadPretrained, preparationOf } from "../../../../src/learner/engine/model/pretrained.js";
import { nodePlatform } from "../../../../src/learner/node/platform.js";
import { readModel } from "../../../../src/onnx/read.js";
import { writeModel } from "../../../../src/onnx/write.js";
import { modelFolders, squash } from "../../../helpers/model-folders.js";
import { refusal } from "../../../helpers/refusal.js";
import { imageClassifier, textModel } from "../../../helpers/small-models.js";

const platform = nodePlatform(new URL("../../../../models/", import.meta.url));
const folderWith = modelFolders();

describe("loadPretrained", () => {
  it("finds a name in the registry, with its licence, architecture and preparation", async () => {
    const { name, licence, modelType, transform, transformReason, model } = await loadPretrained(
      platform,
      "efficientnet-lite0",
    );
    expect({ name, licence, modelType }).toEqual({
      name: "efficientnet-lite0",
      licence: "Apache-2.0",
      modelType: "efficientnet",
    });
    const [mean, std] = [127 / 255, 128 / 255];
    expect(transform).toEqual({
      resize: { shortestEdge: 256 },
      crop: { height: 224, width: 224 },
      resample: "bicubic",
      mean: [mean, mean, mean],
      std: [std, std, std],
      maxPixels: 100_000_000,
    });
    expect(transformReason).toBe("the registry says so of efficientnet-lite0");
    // Stored at half precision, given at single.
    expect(model.graph.initializers.filter(({ dtype }) => dtype === "float16")).toEqual([]);
  });

  it("takes ImageNet's recipe at the model's size where nothing is stated", async () => {
    const { transform, transformReason } = await loadPretrained(platform, imageClassifier());
    expect(transform).toEqual({ ...defaultTransform, resize: { shortestEdge: 32 }, crop: { height: 28, width: 28 } });
    expect(transformReason).toContain("ImageNet's usual mean, std and crop");
    const { stated, ...found } = await findPretrained(platform, "efficientnet-lite0");
    expect(preparationOf({ ...found, stated }).transform.resample).toBe("bicubic");
    expect(preparationOf({ ...found, stated: undefined }).transform).toEqual(defaultTransform);
  });

  it("follows the files beside the model", async () => {
    const files = { "config.json": { model_type: "vit" }, "preprocessor_config.json": squash };
    const exported = folderWith({ "onnx/model.onnx": imageClassifier(), ...files });
    const beside = folderWith({ "small.onnx": imageClassifier(), ...files });
    for (const model of [exported, join(beside, "small.onnx")]) {
      const { transform, transformReason, modelType } = await loadPretrained(platform, model);
      expect(transform).toMatchObject({ resize: { height: 28, width: 28 }, resample: "bicubic", mean: [0, 0, 0] });
      expect(transform).not.toHaveProperty("crop");
      expect(transformReason).toBe("the preprocessor_config.json beside it says so");
      expect(modelType).toBe("vit");
    }
  });

  it("refuses a preparation that cannot be followed, naming its file", async () => {
    const folder = folderWith({
      "small.onnx": imageClassifier(),
      "preprocessor_config.json": { ...squash, resample: 1 },
    });
    const call = () => loadPretrained(platform, join(folder, "small.onnx"));
    await refusal(call, "unsupported-model", join(folder, "preprocessor_config.json"), "method 1");
  });

  it("takes the option `image` instead, when that says everything", async () => {
    const files = { "small.onnx": imageClassifier(), "preprocessor_config.json": { ...squash, resample: 1 } };
    const path = join(folderWith(files), "small.onnx");
    const image = { resize: { height: 28, width: 28 }, mean: [0, 0, 0], std: [1, 1, 1] } as const;
    const { transform, transformReason } = await loadPretrained(platform, path, image);
    expect(transform).toEqual({ ...image, resample: "bilinear", maxPixels: 100_000_000 });
    expect(transformReason).toBe("the option `image` says so");
    await refusal(() => loadPretrained(platform, path, { mean: [0, 0, 0] }), "unsupported-model", "method 1");
    const senseless = { ...image, std: [1, 0, 1] } as const;
    await refusal(() => loadPretrained(platform, path, senseless), "invalid-argument", "image.std");
  });

  it("reads it from the metadata of an export that has lost its folder", async () => {
    const model = readModel(imageClassifier(), { source: "small" });
    const lonely = (preprocess: string) => writeModel({ ...model, metadata: { preprocess } });
    const { transform, transformReason } = await loadPretrained(platform, lonely(JSON.stringify(squash)));
    expect(transform).toMatchObject({ resize: { height: 28, width: 28 }, resample: "bicubic", mean: [0, 0, 0] });
    expect(transformReason).toBe("its own metadata says so");
    await refusal(() => loadPretrained(platform, lonely("[]")), "invalid-model", "metadata", "not a JSON object");
  });

  it("refuses a model without an image when nothing is stated", async () => {
    await refusal(() => loadPretrained(platform, textModel()), "unsupported-model", "input_ids");
    expect((await findPretrained(platform, textModel())).name).toBe("the model given as bytes");
  });
});

describe("preprocessor_config.json", () => {
  it.each([
    ["a list", "[1, 2]", "invalid-model"],
    ["numbers beyond any photo", '{"size": {"height": 1e300, "width": 1e300}}', "unsupported-model"],
    ["numbers beyond all numbers", '{"size": {"shortest_edge": 1e999}}', "unsupported-model"],
    ["a photo beyond memory", '{"size": {"height": 4097, "width": 4096}}', "unsupported-model"],
    ["prototype's names alone", '{"__proto__": {"size": {"height": 8, "width": 8}}}', "unsupported-model"],
  ] as const)("is refused with %s", async (_, text, code) => {
    const folder = folderWith({ "small.onnx": imageClassifier(), "preprocessor_config.json": text });
    await refusal(() => loadPretrained(platform, join(folder, "small.onnx")), code, "preprocessor_config.json");
  });
});
