import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { defaultTransform } from "../../../src/datasets/transform.js";
import { findPretrained, loadPretrained, preparationOf } from "../../../src/learner/engine/pretrained.js";
import { nodePlatform } from "../../../src/learner/node/platform.js";
import { moveToExternalData } from "../../../src/onnx/external-data.js";
import { mapTensors } from "../../../src/onnx/map-tensors.js";
import { decodeModel, edit, encodeModel, onnx } from "../../../src/onnx/proto.js";
import { readModel } from "../../../src/onnx/read.js";
import { tensorOf } from "../../../src/onnx/tensor-data.js";
import { writeModel } from "../../../src/onnx/write.js";
import { refusal } from "../../helpers/refusal.js";
import { imageClassifier, textModel } from "../../helpers/small-models.js";
import { temporaryFolder } from "../../helpers/temporary.js";

const platform = nodePlatform(new URL("../../../models/", import.meta.url));
const root = temporaryFolder();
const squash = { size: { height: 28, width: 28 }, resample: 3, image_mean: [0, 0, 0], image_std: [1, 1, 1] };

/** A new folder with these files; objects are written as JSON. */
function folderWith(files: Readonly<Record<string, Uint8Array | string | object>>): string {
  const folder = join(root, `folder ${folders++}`);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    const isPlain = typeof content === "string" || content instanceof Uint8Array;
    writeFileSync(join(folder, name), isPlain ? content : JSON.stringify(content));
  }
  return folder;
}
let folders = 0;

/** The small classifier with its weight in a file of its own. */
function external(location: string): { model: Uint8Array; data: Uint8Array } {
  const { proto, data } = moveToExternalData(decodeModel(imageClassifier(), "small"), { location, threshold: 1 });
  return { model: encodeModel(proto), data };
}

const weightsOf = async (model: string | Uint8Array): Promise<number[]> => {
  const { graph } = (await loadPretrained(platform, model)).model;
  return Array.from(tensorOf(graph.initializers[0]!.constant!).data as Float32Array);
};

const weights = [1, -1, 0, 1, -1, 0];

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

  it("reads a path, a folder laid out as an export, and bytes", async () => {
    const folder = folderWith({ "onnx/model.onnx": imageClassifier(), "small.onnx": imageClassifier() });
    expect(await weightsOf(join(folder, "small.onnx"))).toEqual(weights);
    expect(await weightsOf(folder)).toEqual(weights);
    expect(await weightsOf(`${folder}/`)).toEqual(weights);
    expect(await weightsOf(imageClassifier())).toEqual(weights);
    const names = await Promise.all([folder, imageClassifier()].map((model) => findPretrained(platform, model)));
    expect(names.map(({ name }) => name)).toEqual([join(folder, "onnx/model.onnx"), "the model given as bytes"]);
  });

  it("takes a misspelt path for a path and a misspelt name for a name", async () => {
    for (const path of [join(root, "no such.onnx"), "resnet.onnx", "models\\resnet", "RESNET.ONNX"])
      await refusal(() => loadPretrained(platform, path), "file-access", path, "no such file");
    const { details } = await refusal(
      () => loadPretrained(platform, "resnet"),
      "model-not-found",
      "efficientnet-lite0",
    );
    expect(details).toEqual({ model: "resnet", available: ["efficientnet-lite0"] });
    const empty = folderWith({ "readme.txt": "" });
    await refusal(() => loadPretrained(platform, empty), "file-access", join(empty, "onnx/model.onnx"));
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

  it.each([
    [
      "a Git LFS pointer",
      "version https://git-lfs.github.com/spec/v1\noid sha256:4fd7\nsize 87174041\n",
      "git lfs pull",
    ],
    ["a web page", "<!DOCTYPE html><html></html>", "web page"],
    ["an empty file", "", "empty"],
  ])("recognises %s", async (_, content, remedy) => {
    const folder = folderWith({ "model.onnx": content });
    const path = join(folder, "model.onnx");
    await refusal(() => loadPretrained(platform, path), "invalid-model", path, remedy);
    await refusal(() => loadPretrained(platform, Buffer.from(content)), "invalid-model", "given as bytes", remedy);
  });
});

describe("weights in files of their own", () => {
  it("are read beside the model, in folders below it too", async () => {
    for (const location of ["weights.bin", "more/weights.bin"]) {
      const { model, data } = external(location);
      const folder = folderWith({ "small.onnx": model, [location]: data });
      expect(await weightsOf(join(folder, "small.onnx"))).toEqual(weights);
      const exported = folderWith({ "onnx/model.onnx": model, [`onnx/${location}`]: data });
      expect(await weightsOf(exported)).toEqual(weights);
    }
  });

  it("are asked for by name when they are missing, and refused when they are short", async () => {
    const { model, data } = external("weights.bin");
    const alone = folderWith({ "small.onnx": model });
    await refusal(
      () => weightsOf(join(alone, "small.onnx")),
      "file-access",
      join(alone, "weights.bin"),
      "no such file",
    );
    const short = folderWith({ "small.onnx": model, "weights.bin": data.subarray(1) });
    await refusal(() => weightsOf(join(short, "small.onnx")), "invalid-model", "weights.bin", "bytes 0 to 24");
  });

  it("are never read from outside of the model's folder", async () => {
    const { model, data } = external("weights.bin");
    const secret = folderWith({ "weights.bin": data });
    const folder = folderWith({ "small.onnx": model });
    symlinkSync(join(secret, "weights.bin"), join(folder, "weights.bin"));
    await refusal(() => weightsOf(join(folder, "small.onnx")), "invalid-model", "leads out of the model's folder");

    const deep = external("more/weights.bin").model;
    const linked = folderWith({ "small.onnx": deep });
    symlinkSync(secret, join(linked, "more"));
    await refusal(() => weightsOf(join(linked, "small.onnx")), "invalid-model", "leads out of the model's folder");

    // Two folders of which one's name begins with the other's.
    const sibling = folderWith({ "small.onnx": model });
    mkdirSync(`${sibling}-2`);
    writeFileSync(join(`${sibling}-2`, "weights.bin"), data);
    symlinkSync(join(`${sibling}-2`, "weights.bin"), join(sibling, "weights.bin"));
    await refusal(() => weightsOf(join(sibling, "small.onnx")), "invalid-model", "leads out of the model's folder");
  });

  it("are followed by links within the folder, and when the folder itself is one", async () => {
    const { model, data } = external("weights.bin");
    const folder = folderWith({ "small.onnx": model, "real.bin": data });
    symlinkSync("real.bin", join(folder, "weights.bin"));
    symlinkSync(folder, `${folder} link`);
    expect(await weightsOf(join(folder, "small.onnx"))).toEqual(weights);
    expect(await weightsOf(join(`${folder} link`, "small.onnx"))).toEqual(weights);
  });

  it.each(["../weights.bin", "/etc/passwd", "C:\\weights.bin", "a/../../weights.bin"])(
    "are refused at %s",
    async (at) => {
      const { model } = external("weights.bin");
      const entry = (key: string, value: string) => new onnx.StringStringEntryProto({ key, value });
      const moved = mapTensors(decodeModel(model, "small"), (tensor) =>
        edit(tensor, { external_data: [entry("location", at)] }),
      );
      const folder = folderWith({ "small.onnx": encodeModel(moved) });
      await refusal(() => weightsOf(join(folder, "small.onnx")), "invalid-model", "may lead out");
    },
  );

  it("cannot come with bytes: the path is asked for", async () => {
    const { model } = external("weights.bin");
    const { details } = await refusal(
      () => weightsOf(model),
      "invalid-model",
      "weights.bin",
      "path instead of its bytes",
    );
    expect(details.reason).toBe("its weights are in other files (weights.bin)");
  });
});

describe("config.json", () => {
  const modelTypeIn = async (text: string): Promise<string | undefined> => {
    const folder = folderWith({ "onnx/model.onnx": imageClassifier(), "config.json": text });
    return (await findPretrained(platform, folder)).modelType;
  };

  it("names the architecture, when it is a name", async () => {
    expect(await modelTypeIn('{"model_type": "resnet"}')).toBe("resnet");
    for (const text of ["{}", '{"model_type": 1e999}', '{"model_type": ["resnet"]}', '{"model_type": null}'])
      expect(await modelTypeIn(text)).toBeUndefined();
  });

  it("cannot reach prototypes", async () => {
    expect(await modelTypeIn('{"__proto__": {"model_type": "evil"}, "constructor": {"prototype": 1}}')).toBeUndefined();
    expect(({} as Record<string, unknown>).model_type).toBeUndefined();
  });

  it.each(["[]", "null", '"resnet"', "5", "", "{", "{'model_type': 1}"])("says nothing as %s", async (text) => {
    expect(await modelTypeIn(text)).toBeUndefined();
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
