import { describe, expect, it } from "vitest";
import { imageList } from "../../../src/datasets/image-list.js";
import { createLearnerOn } from "../../../src/learner/create-learner.js";
import { writeExport } from "../../../src/learner/export/export.js";
import { reExportedFiles } from "../../../src/learner/export/re-export.js";
import { loadClassifierOn } from "../../../src/learner/load-classifier.js";
import { readModel } from "../../../src/onnx/read.js";
import { writeModel } from "../../../src/onnx/write.js";
import { refusal } from "../../helpers/refusal.js";
import { tinyModel } from "../../helpers/tiny-network.js";
import { colourItems, portHost, type TinyPlatform, tinyPlatform } from "../../helpers/tiny-platform.js";
import { openConv } from "../../helpers/unfreezing.js";

/** A platform with an export of three colours in `out/`; in `full/` the same with all forms. */
async function exported(): Promise<TinyPlatform> {
  const platform = tinyPlatform();
  const options = { model: "tiny", data: imageList(colourItems(8)), batchSize: 8 };
  await using learner = await createLearnerOn(portHost(platform), options);
  await learner.lrFind({ runs: 1, steps: 20 });
  await learner.fit(1, 0.5);
  await learner.exportOnnx("out");
  await learner.exportOnnx("full", { softmax: true, float16: true });
  return platform;
}

const bytesOf = (content: string | Uint8Array): Uint8Array =>
  typeof content === "string" ? new TextEncoder().encode(content) : new Uint8Array(content);

describe("reExportedFiles", () => {
  it("gives the forms that a training with them would have written, and everything else as it is", async () => {
    const { files } = await exported();
    const again = await reExportedFiles("out", { softmax: true, float16: true }, files);
    const names = Array.from(files.contents.keys(), (path) => path.match(/^full\/(.*)/)?.[1]).filter(Boolean);
    expect([...again.keys()].sort()).toEqual(names.sort());
    expect(names).toContain("lr-find.svg");
    for (const [name, content] of again) {
      expect(bytesOf(content), name).toEqual(bytesOf(files.contents.get(`full/${name}`)!));
    }
  });

  it("keeps forms that are there, and adds none that nobody wants", async () => {
    const { files } = await exported();
    expect(await reExportedFiles("full", {}, files)).toHaveProperty("size", 8);
    const plain = await reExportedFiles("out", {}, files);
    expect([...plain.keys()]).toEqual([
      "onnx/model.onnx",
      "config.json",
      "preprocessor_config.json",
      "training.json",
      "README.md",
      "lr-find.svg",
    ]);
  });

  it("makes a folder that predicts the same", async () => {
    const platform = await exported();
    await writeExport("copy", await reExportedFiles("out", { softmax: true }, platform.files), platform.files);
    await using one = await loadClassifierOn(portHost(platform), "out");
    await using other = await loadClassifierOn(portHost(platform), "copy");
    expect(await other.predict("photos/red/1")).toEqual(await one.predict("photos/red/1"));
  });

  it("folds batch normalisations as a training with this option would have", async () => {
    const { learner, platform } = await openConv();
    await learner.fit(1, 0.01);
    const forms = { foldBatchNorm: true, float16: true };
    await learner.exportOnnx("out");
    await learner.exportOnnx("folded", forms);
    const again = await reExportedFiles("out", forms, platform.files);
    for (const [name, content] of again)
      expect(bytesOf(content), name).toEqual(bytesOf(platform.files.contents.get(`folded/${name}`)!));
    const operators = (bytes: string | Uint8Array) =>
      readModel(bytes as Uint8Array, { source: "out" }).graph.nodes.map(({ opType }) => opType);
    const given = operators(platform.files.contents.get("out/onnx/model.onnx")!);
    expect(given.filter((name) => name === "BatchNormalization")).toHaveLength(3);
    expect(operators(again.get("onnx/model.onnx")!)).toEqual(given.filter((name) => name !== "BatchNormalization"));
    // Once folded, it stays so.
    await writeExport("out", again, platform.files);
    const third = await reExportedFiles("out", { foldBatchNorm: true }, platform.files);
    for (const [name, content] of third) expect(bytesOf(content), name).toEqual(bytesOf(again.get(name)!));
  });

  it("refuses what is no export", async () => {
    const { files } = await exported();
    await refusal(() => reExportedFiles("nowhere", {}, files), "file-access", "nowhere/onnx/model.onnx");
    files.contents.delete("out/config.json");
    await refusal(() => reExportedFiles("out", {}, files), "file-access", "out/config.json");
    files.contents.set("out/config.json", "[]");
    await refusal(() => reExportedFiles("out", {}, files), "invalid-model", "out/config.json");
    files.contents.set("out/onnx/model.onnx", "no model");
    await refusal(() => reExportedFiles("out", {}, files), "invalid-model", "out/onnx/model.onnx");
  });

  it("refuses a model that is somebody else's", async () => {
    const { files } = await exported();
    const { proto: _, ...model } = tinyModel();
    const bytes = writeModel(model);
    // An exporter of the same length.
    const maker = Buffer.from(bytes).indexOf("regraft");
    const others = Buffer.from(bytes).fill("pytorch", maker, maker + 7);
    files.contents.set("out/onnx/model.onnx", new Uint8Array(others));
    await refusal(() => reExportedFiles("out", {}, files), "invalid-model", "out is no export", "regraft train");
  });
});
