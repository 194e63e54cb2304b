import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type ModelSource, parseModel, readModelSource } from "../../../../src/learner/engine/model/read-model.js";
import { moveToExternalData } from "../../../../src/onnx/external-data.js";
import { decodeModel, encodeModel } from "../../../../src/onnx/proto.js";
import { readModel } from "../../../../src/onnx/read.js";
import { tensorOf } from "../../../../src/onnx/tensor-data.js";
import { writeModel } from "../../../../src/onnx/write.js";
import { squash } from "../../../helpers/model-folders.js";
import { refusal } from "../../../helpers/refusal.js";
import { imageClassifier } from "../../../helpers/small-models.js";

/** The small classifier, and these texts beside it. */
const source = (texts: Readonly<Record<string, string>> = {}, bytes = imageClassifier()): ModelSource => ({
  name: "hf:o/n",
  title: "n",
  bytes,
  folder: "https://h/n/",
  readBeside: async (file) => (file in texts ? new TextEncoder().encode(texts[file]) : undefined),
});

describe("readModelSource", () => {
  it("names the model as it is called, and reckons its hash", async () => {
    const found = await readModelSource(source());
    const sha256 = createHash("sha256").update(imageClassifier()).digest("hex");
    expect(found).toMatchObject({ name: "hf:o/n", title: "n", sha256, notices: [] });
    expect([found.stated, found.modelType, found.licence, found.cut, found.config]).toEqual(Array(5).fill(undefined));
  });

  it("takes a hash that somebody has reckoned before", async () => {
    expect((await readModelSource({ ...source(), sha256: "ab" })).sha256).toBe("ab");
  });

  it("reads what is beside it: preparation, architecture, classes", async () => {
    const config = '{"model_type": "vit", "id2label": {"0": "cat"}}';
    const texts = { "config.json": config, "preprocessor_config.json": JSON.stringify(squash) };
    const found = await readModelSource(source(texts));
    expect(found).toMatchObject({ modelType: "vit", config });
    expect(found.stated).toEqual({
      config: squash,
      source: "https://h/n/preprocessor_config.json",
      reason: "the preprocessor_config.json beside it says so",
    });
  });

  it("reads the licence and the preparation inside it, which yields to the one beside it", async () => {
    const model = readModel(imageClassifier(), { source: "small" });
    const metadata = { license: "MIT", preprocess: '{"resample": 2}' };
    const bytes = writeModel({ ...model, metadata });
    const inside = await readModelSource(source({}, bytes));
    expect(inside.licence).toBe("MIT");
    expect(inside.stated).toMatchObject({ config: { resample: 2 }, source: "the metadata of hf:o/n" });
    const beside = await readModelSource(source({ "preprocessor_config.json": '{"resample": 3}' }, bytes));
    expect(beside.stated).toMatchObject({ config: { resample: 3 } });
  });

  it("names the file that is wrong", async () => {
    const call = () => readModelSource(source({ "preprocessor_config.json": "[]" }));
    await refusal(call, "invalid-model", "https://h/n/preprocessor_config.json is not a JSON object");
    await refusal(() => readModelSource(source({}, new Uint8Array(0))), "invalid-model", "hf:o/n");
  });

  it("throws what its source throws, but for a config.json that cannot be had", async () => {
    const failing = (which: string): ModelSource => ({
      ...source(),
      readBeside: async (file) => {
        if (file === which) throw new Error(`no ${file}`);
        return undefined;
      },
    });
    expect((await readModelSource(failing("config.json"))).config).toBeUndefined();
    await expect(readModelSource(failing("preprocessor_config.json"))).rejects.toThrow("no preprocessor_config");
  });
});

describe("parseModel", () => {
  it("reads the weights that the model keeps elsewhere, or says that they are missing", async () => {
    const { proto, data } = moveToExternalData(decodeModel(imageClassifier(), "small"), {
      location: "more/w.bin",
      threshold: 1,
    });
    const asked: string[] = [];
    const readData = async (location: string) => {
      asked.push(location);
      return data;
    };
    const bytes = encodeModel(proto);
    const { graph } = (await parseModel({ bytes, name: "small", readData })).model;
    expect(Array.from(tensorOf(graph.initializers[0]!.constant!).data as Float32Array)).toEqual([1, -1, 0, 1, -1, 0]);
    expect(asked).toEqual(["more/w.bin"]);
    await refusal(() => parseModel({ bytes, name: "small" }), "invalid-model", "more/w.bin", "path instead of its");
  });
});
