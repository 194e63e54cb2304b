import { createHash } from "node:crypto";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findPretrained } from "../../../../src/learner/engine/model/find-model.js";
import { nodeDownloads } from "../../../../src/learner/node/downloads/downloads.js";
import { nodePlatform } from "../../../../src/learner/node/platform.js";
import type { ModelFolder } from "../../../../src/models/registry.js";
import { moveToExternalData } from "../../../../src/onnx/external-data.js";
import { mapTensors } from "../../../../src/onnx/map-tensors.js";
import { decodeModel, edit, encodeModel, onnx } from "../../../../src/onnx/proto.js";
import { tensorOf } from "../../../../src/onnx/tensor-data.js";
import { modelFolders, squash } from "../../../helpers/model-folders.js";
import { filesAt, startServer } from "../../../helpers/model-server.js";
import { refusal } from "../../../helpers/refusal.js";
import { imageClassifier } from "../../../helpers/small-models.js";

const platform = nodePlatform(new URL("../../../../models/", import.meta.url));
const folderWith = modelFolders();
const root = folderWith({ "readme.txt": "" });

/** The small classifier with its weight in a file of its own. */
function external(location: string): { model: Uint8Array; data: Uint8Array } {
  const { proto, data } = moveToExternalData(decodeModel(imageClassifier(), "small"), { location, threshold: 1 });
  return { model: encodeModel(proto), data };
}

const weightsOf = async (model: string | Uint8Array): Promise<number[]> => {
  const { graph } = (await findPretrained(platform, model)).model;
  return Array.from(tensorOf(graph.initializers[0]!.constant!).data as Float32Array);
};

const weights = [1, -1, 0, 1, -1, 0];

describe("findPretrained", () => {
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
      await refusal(() => findPretrained(platform, path), "file-access", path, "no such file");
    const { details } = await refusal(
      () => findPretrained(platform, "resnet"),
      "model-not-found",
      "efficientnet-lite0",
    );
    expect(details).toEqual({ model: "resnet", available: expect.arrayContaining(["efficientnet-lite0", "resnet34"]) });
    const empty = folderWith({ "readme.txt": "" });
    await refusal(() => findPretrained(platform, empty), "file-access", join(empty, "onnx/model.onnx"));
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
    await refusal(() => findPretrained(platform, path), "invalid-model", path, remedy);
    await refusal(() => findPretrained(platform, Buffer.from(content)), "invalid-model", "given as bytes", remedy);
  });
});

describe("an entry of the registry that lies elsewhere", () => {
  const entryAt = (url: string, bytes: Uint8Array) => ({
    name: "small",
    url,
    bytes: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    licence: "MIT",
    modelType: "resnet",
    preprocessor: squash,
    cut: "Flatten_Y",
    layerGroups: ["Pool_Y"],
  });

  /** A platform with this entry alone, and an empty cache. */
  const platformWith = (entry: object) => ({
    ...platform,
    models: { list: async () => ["small.json"], read: async () => Buffer.from(JSON.stringify(entry)) },
    downloads: nodeDownloads({ REGRAFT_CACHE: folderWith({ "readme.txt": "" }) }, { pause: 1 }),
  });

  it("is fetched and checked, and known by its name from then on", async () => {
    const bytes = imageClassifier();
    const server = await startServer(filesAt({ "/v1/small.onnx": bytes }));
    const entry = entryAt(`${server.url}/v1/small.onnx`, bytes);
    const here = platformWith(entry);
    const found = await findPretrained(here, "small");
    const { sha256, licence, modelType, cut, layerGroups } = entry;
    const stated = { sha256, licence, modelType, cut, layerGroups };
    expect(found).toMatchObject({ name: "small", title: "small", ...stated, notices: [] });
    expect(found.stated).toMatchObject({ config: squash, source: "models/small.json" });
    await server.close();
    expect((await findPretrained(here, "small")).sha256).toBe(sha256);
  });

  it("is refused when it is another file", async () => {
    const bytes = imageClassifier();
    const server = await startServer(filesAt({ "/small.onnx": bytes }));
    const entry = { ...entryAt(`${server.url}/small.onnx`, bytes), sha256: "0".repeat(64) };
    await refusal(() => findPretrained(platformWith(entry), "small"), "checksum-mismatch", "0".repeat(64));
    const longer = { ...entry, bytes: bytes.length + 1 };
    await refusal(() => findPretrained(platformWith(longer), "small"), "download-failed", `${bytes.length + 1}`);
  });

  it("is told of, with what the platform has to say of keeping it", async () => {
    const bytes = imageClassifier();
    const here = platformWith(entryAt("https://h/small.onnx", bytes));
    const get = async () => ({ bytes, sha256: "", notice: "It must be downloaded again." });
    const found = await findPretrained({ ...here, downloads: { ...here.downloads, get } }, "small");
    expect(found.notices).toEqual(["It must be downloaded again."]);
  });
});

describe("a network beside its entry", () => {
  it("may come over the network: who asks can watch it, and stop it", async () => {
    const entry = { name: "small", file: "small.onnx", licence: "MIT", modelType: "resnet", preprocessor: squash };
    const told: unknown[] = [];
    const { signal } = new AbortController();
    const read: ModelFolder["read"] = async (file, watch) => {
      if (file === "small.json") return Buffer.from(JSON.stringify(entry));
      watch?.onProgress(5, 10);
      expect(watch?.signal).toBe(signal);
      return imageClassifier();
    };
    const here = { ...platform, models: { list: async () => ["small.json", "small.onnx"], read } };
    const found = await findPretrained(here, "small", { signal, emit: (event) => told.push(event) });
    expect([found.name, found.notices]).toEqual(["small", []]);
    expect(told).toEqual([{ phase: "download", done: 5, total: 10 }]);
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
