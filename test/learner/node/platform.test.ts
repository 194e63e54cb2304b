import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { nodeModelFolder, nodePlatform } from "../../../src/learner/node/platform.js";
import { findModel, listModels } from "../../../src/models/registry.js";

const models = new URL("../../../models/", import.meta.url);

describe("nodeModelFolder", () => {
  it("lists and reads the package's models", async () => {
    const folder = nodeModelFolder(models);
    expect(await folder.list()).toContain("efficientnet-lite0.json");
    expect((await listModels(folder)).map(({ name }) => name)).toContain("efficientnet-lite0");
    const { file, bytes } = await findModel(folder, "efficientnet-lite0");
    expect((await folder.read(file!)).length).toBe(bytes);
  });
});

describe("nodePlatform", () => {
  it("binds runtime, decoder, photos and files to this machine", async () => {
    const platform = nodePlatform(models);
    expect((await platform.runtime.devices()).at(-1)).toEqual({ name: "cpu" });
    const root = fileURLToPath(new URL("../../../examples/data/fashion-mini/", import.meta.url));
    expect(await platform.photos.list(root)).toContainEqual({ name: "train", kind: "directory" });
    expect(await platform.files.kind(join(root, "LICENSE"))).toBe("file");
    expect(await platform.models.list()).toContain("efficientnet-lite0.onnx");
  });
});
