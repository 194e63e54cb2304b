import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { nodeModelFolder } from "../../src/learner/node/platform.js";
import { fromPreprocessorConfig } from "../../src/models/preprocessor-config.js";
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

  it("describes every embedded file as it is, each under its own name", async () => {
    const entries = await listModels(embedded);
    expect(entries.map(({ name }) => name)).toContain("efficientnet-lite0");
    for (const { name, file, bytes, sha256, licence, source, pretrainedOn, description, preprocessor } of entries) {
      expect(file).toBe(`${name}.onnx`);
      const content = await embedded.read(file);
      expect(content.length).toBe(bytes);
      expect(createHash("sha256").update(content).digest("hex")).toBe(sha256);
      for (const text of [licence, source, pretrainedOn, description]) expect(text).not.toBe("");
      expect(() => fromPreprocessorConfig(preprocessor, name)).not.toThrow();
    }
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

  it.each(["zebra.json", "Zebra", "b", "__proto__", "../models/efficientnet-lite0"])(
    "refuses %s and lists the names there are",
    async (model) => {
      const { details } = await refusal(() => findModel(zoo, model), "model-not-found", "ape, zebra", model, ".onnx");
      expect(details).toEqual({ model, available: ["ape", "zebra"] });
    },
  );
});
