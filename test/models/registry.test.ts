import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { nodeModelFolder } from "../../src/learner/node/platform.js";
import { findModel, listModels, type ModelFolder } from "../../src/models/registry.js";
import { refusal } from "../helpers/refusal.js";

const embedded = nodeModelFolder(new URL("../../models/", import.meta.url));

/** A folder of entries, some of them beside other files. */
const folderOf = (files: Readonly<Record<string, unknown>>): ModelFolder => ({
  list: async () => Object.keys(files),
  read: async (file) => new TextEncoder().encode(JSON.stringify(files[file])),
});

const zoo = folderOf({ "b.json": { name: "zebra" }, "b.onnx": 1, "NOTICE.md": 2, "a.json": { name: "ape" } });

describe("listModels", () => {
  it("reads the entries in order of their files, and nothing else", async () => {
    expect((await listModels(zoo)).map(({ name }) => name)).toEqual(["ape", "zebra"]);
    expect(await listModels(folderOf({}))).toEqual([]);
  });
});

describe("findModel", () => {
  it("finds an entry by its name", async () => {
    expect(await findModel(zoo, "zebra")).toEqual({ name: "zebra" });
    expect(await findModel(embedded, "efficientnet-lite0")).toMatchObject({
      licence: "Apache-2.0",
      modelType: "efficientnet",
      bytes: 9525815,
    });
  });

  it("knows the mission's model as it was published", async () => {
    expect(await findModel(embedded, "resnet34")).toMatchObject({
      url: expect.stringContaining("/Kalray/resnet34/resolve/82a2f4610782d774cad0d2a6d0cc83b927506da3/resnet34.onnx"),
      bytes: 87_174_041,
      sha256: "4fd7eb8bb2aa7936dd898d16ec919a8452c4b42a9f2f2e37aa5b15238c974338",
      licence: "Apache-2.0",
    });
  });

  it.each(["zebra.json", "Zebra", "b", "__proto__", "../models/efficientnet-lite0"])(
    "refuses %s, lists the names there are, and says what else can be given",
    async (model) => {
      const parts = ["ape, zebra", model, ".onnx", "hf:owner/name", "https://"];
      const { details } = await refusal(() => findModel(zoo, model), "model-not-found", ...parts);
      expect(details).toEqual({ model, available: ["ape", "zebra"] });
    },
  );

  it("guesses what was meant", async () => {
    await refusal(() => findModel(zoo, "Zebra"), "model-not-found", "Did you mean zebra?");
    const { message } = await refusal(() => findModel(zoo, "yolo"), "model-not-found");
    expect(message).not.toContain("Did you mean");
  });
});

it("the embedded file is what its entry says", async () => {
  for (const { file, bytes, sha256 } of await listModels(embedded)) {
    if (file === undefined) continue;
    const content = await embedded.read(file);
    expect(content.length).toBe(bytes);
    expect(createHash("sha256").update(content).digest("hex")).toBe(sha256);
  }
});
