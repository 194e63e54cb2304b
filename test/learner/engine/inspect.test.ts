import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { inspectModel } from "../../../src/learner/engine/inspect.js";
import { platform } from "../../helpers/cli-here.js";
import { squash } from "../../helpers/model-folders.js";
import { headlessModel, textModel, tinyModel, unknownDomainModel } from "../../helpers/odd-models.js";

describe("inspectModel", () => {
  it("knows the embedded model", async () => {
    const { problem, graft, ...inspection } = await inspectModel(platform, "efficientnet-lite0");
    expect(problem).toBeUndefined();
    expect(inspection).toMatchObject({ name: "efficientnet-lite0", licence: "Apache-2.0", opsets: { "": 17 } });
    expect(inspection.inputs).toEqual([{ name: "pixel_values", dtype: "float32", shape: ["batch", 3, 224, 224] }]);
    expect(inspection.outputs).toEqual([{ name: "logits", dtype: "float32", shape: ["batch", 1000] }]);
    expect(inspection.operators.slice(0, 3)).toEqual([
      { name: "BatchNormalization", count: 49 },
      { name: "Conv", count: 49 },
      { name: "Clip", count: 33 },
    ]);
    expect(graft).toMatchObject({ features: 1280, classes: 1000, classifierParameters: 1280 * 1000 + 1000 });
    // PyTorch counts 3,371,008; here the means and variances of 21,008 channels count too, and Clip's two bounds.
    expect(graft!.frozenParameters).toBe(3_371_008 + 2 * 21_008 + 2);
    expect(graft!.layerGroups).toEqual([
      { name: "112×112", parameters: 1824, operators: 8 },
      { name: "56×56", parameters: 13_968, operators: 17 },
      { name: "28×28", parameters: 39_712, operators: 17 },
      { name: "14×14", parameters: 645_264, operators: 52 },
      { name: "7×7", parameters: 2_670_240, operators: 48 },
    ]);
    expect(inspection.parameters).toBe(graft!.frozenParameters + graft!.classifierParameters);
    expect(graft!.cutReason).toContain("gets the 1280 features");
    expect(graft!.transformReason).toBe("the registry says so of efficientnet-lite0");
    expect(graft!.transform).toMatchObject({ resize: { shortestEdge: 256 }, crop: { height: 224, width: 224 } });
  });

  it("reads bytes, and guesses how photos are prepared", async () => {
    const { graft, ...inspection } = await inspectModel(platform, tinyModel());
    expect(inspection).toMatchObject({ name: "the model given as bytes", licence: undefined, producer: "tests 7" });
    expect(inspection.parameters).toBe(6);
    expect(inspection.operators.map(({ name }) => name)).toEqual(["Flatten", "GlobalAveragePool", "MatMul"]);
    expect(graft).toMatchObject({ features: 3, classes: 2, frozenParameters: 0, classifierParameters: 6 });
    expect(graft!.transform).toMatchObject({ resize: { shortestEdge: 9 }, crop: { height: 8, width: 8 } });
    expect(graft!.transformReason).toContain("ImageNet's usual");
  });

  it("tells the types of the file, halves too", async () => {
    const half = fileURLToPath(new URL("../../fixtures/families/half-old-17.onnx", import.meta.url));
    const { inputs, outputs } = await inspectModel(platform, half);
    expect([inputs, outputs].map(([value]) => value!.dtype)).toEqual(["float16", "float16"]);
  });

  it("names operators of other domains by their domain", async () => {
    const { operators, opsets } = await inspectModel(platform, unknownDomainModel());
    expect(operators).toContainEqual({ name: "com.example.Magic", count: 1 });
    expect(opsets).toEqual({ "": 13, "com.example": 13 });
  });

  it("tells all it can of a model without an image, and why it cannot be cut", async () => {
    const { graft, problem, ...inspection } = await inspectModel(platform, textModel());
    expect(graft).toBeUndefined();
    expect(problem).toMatchObject({ code: "unsupported-model" });
    expect(problem!.message).toContain('"input_ids" int64 [batch]');
    expect(inspection.inputs).toEqual([{ name: "input_ids", dtype: "int64", shape: ["batch"] }]);
    expect(inspection.parameters).toBe(12);
  });

  it("tells why there is no classifier", async () => {
    const { graft, problem } = await inspectModel(platform, headlessModel());
    expect(graft).toBeUndefined();
    expect(problem).toMatchObject({ code: "no-classifier-found" });
    expect(problem!.message).toContain("no dense layer or convolution computes it");
  });

  it("groups the layers as the registry says, unless it is cut elsewhere", async () => {
    const preprocessor = { ...squash, size: { height: 8, width: 8 } };
    const entry = { name: "tiny", file: "tiny.onnx", preprocessor, layerGroups: ["pooled"] };
    const files = { "tiny.json": new TextEncoder().encode(JSON.stringify(entry)), "tiny.onnx": tinyModel() };
    const models = {
      list: async () => Object.keys(files),
      read: async (file: string) => files[file as keyof typeof files],
    };
    const groups = async (at?: string) => {
      const { graft, problem } = await inspectModel({ ...platform, models }, "tiny", { at, pool: "own" });
      expect(problem).toBeUndefined();
      return graft!.layerGroups.map(({ name }) => name);
    };
    expect(await groups()).toEqual(["pooled", "features"]);
    expect(await groups("features")).toEqual(["all"]);
  });

  it("counts what subgraphs hold", async () => {
    const path = fileURLToPath(new URL("../../fixtures/everything.onnx", import.meta.url));
    const { operators } = await inspectModel(platform, path);
    // Two in the graph, one in a branch of If, one in Loop's body.
    expect(operators).toContainEqual({ name: "Add", count: 4 });
    expect(operators).toContainEqual({ name: "test.functions.Scaled", count: 1 });
  });

  it.each([
    ["no-such-name", "model-not-found"],
    ["no/such/file.onnx", "file-access"],
  ])("%s is %s", async (model, code) => {
    await expect(inspectModel(platform, model)).rejects.toMatchObject({ code });
  });

  it("refuses what is no ONNX file", async () => {
    await expect(inspectModel(platform, Uint8Array.from([1, 2, 3]))).rejects.toMatchObject({ code: "invalid-model" });
    await expect(inspectModel(platform, tinyModel().subarray(0, 90))).rejects.toMatchObject({ code: "invalid-model" });
  });
});
