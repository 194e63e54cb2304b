import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { imageList } from "../../../src/datasets/image-list.js";
import { createLearnerOn } from "../../../src/learner/create-learner.js";
import { refuseForeignFolder, writeExport } from "../../../src/learner/export/export.js";
import { loadClassifierOn } from "../../../src/learner/load-classifier.js";
import { onnx } from "../../../src/onnx/proto.js";
import { readModel } from "../../../src/onnx/read.js";
import { writeModel } from "../../../src/onnx/write.js";
import { version } from "../../../src/version.js";
import { relativeDifference } from "../../helpers/difference.js";
import { refusal } from "../../helpers/refusal.js";
import { tinyModel } from "../../helpers/tiny-network.js";
import { colourItems, memoryFiles, portHost, type TinyPlatform, tinyPlatform } from "../../helpers/tiny-platform.js";

/** Class names that quoting, tables and objects stumble over. */
const odd = ['a "quoted" one', "__proto__", "pipe | ünïcode 猫"];

/** Trains for an epoch on three classes of these names and exports to `out/`. */
async function exported(names: readonly string[] = odd, platform: TinyPlatform = tinyPlatform()) {
  const labels = ["blue", "green", "red"];
  const items = colourItems(8).map((item) => ({ ...item, label: names[labels.indexOf(item.label)]! }));
  const data = imageList(items);
  const learner = await createLearnerOn(portHost(platform), { model: "tiny", data, batchSize: 8 });
  await learner.fitOneCycle(1, 0.5);
  await learner.exportOnnx("out");
  const validation = await learner.validate();
  const prediction = await learner.predict("photos/red/0");
  await learner.dispose();
  const bytes = (name: string) => platform.files.contents.get(`out/${name}`)!;
  const parsed = (name: string) => JSON.parse(String(bytes(name)));
  return { platform, validation, prediction, bytes, parsed, classes: names.toSorted() };
}

describe("exportFiles", () => {
  it("writes the classes, whatever they are called, where other tools look for them", async () => {
    const { parsed, bytes, classes } = await exported();
    const config = parsed("config.json");
    expect(Object.keys(config.id2label)).toEqual(["0", "1", "2"]);
    expect(Object.values(config.id2label)).toEqual(classes);
    expect(Object.entries(config.label2id)).toEqual(classes.map((label, id) => [label, id]));
    expect(config).toMatchObject({
      model_type: "efficientnet",
      architectures: ["EfficientNetForImageClassification"],
      problem_type: "single_label_classification",
      num_labels: 3,
      "transformers.js_config": { dtype: "fp32" },
    });
    const { metadata } = readModel(bytes("onnx/model.onnx") as Uint8Array, { source: "out" });
    expect(JSON.parse(metadata.labels!)).toEqual(classes);
    expect(Object.values(JSON.parse(metadata.id2label!))).toEqual(classes);
  });

  it("explains the model in its own metadata", async () => {
    const { bytes, parsed, validation } = await exported();
    const model = readModel(bytes("onnx/model.onnx") as Uint8Array, { source: "out" });
    const { labels, id2label, preprocess, train_args, metrics, ...rest } = model.metadata;
    expect(rest).toEqual({
      "Image.BitmapPixelFormat": "Rgb8",
      "Image.ColorSpaceGamma": "SRGB",
      task: "classify",
      names: '{0: "__proto__", 1: "a \\"quoted\\" one", 2: "pipe | ünïcode 猫"}',
      imgsz: "[4,4]",
      channels: "3",
      base_model: "tiny",
      base_model_sha256: createHash("sha256").update(writeModel(tinyModel())).digest("hex"),
      sdk_version: version,
      license: "MIT",
    });
    expect(JSON.parse(preprocess!)).toEqual(parsed("preprocessor_config.json"));
    expect(JSON.parse(train_args!)).toEqual(["fitOneCycle(1, 0.5)"]);
    expect(JSON.parse(metrics!)).toEqual({ accuracy: validation.accuracy, loss: validation.loss });
    expect(model.proto).toMatchObject({ producer_name: "regraft", producer_version: version });
  });

  it("writes the preparation that was trained with", async () => {
    const { parsed } = await exported();
    expect(parsed("preprocessor_config.json")).toMatchObject({
      image_processor_type: "ViTImageProcessor",
      size: { height: 4, width: 4 },
      image_mean: [0.5, 0.5, 0.5],
      image_std: [0.25, 0.25, 0.25],
    });
  });

  it("gives equal bytes for equal trainings, but for the seconds in the model card", async () => {
    const [one, other] = [await exported(), await exported()];
    for (const name of ["onnx/model.onnx", "config.json", "preprocessor_config.json"]) {
      expect(other.bytes(name), name).toEqual(one.bytes(name));
    }
  });

  it("can be loaded again: the same logits for the same photo", async () => {
    const { platform, prediction, classes } = await exported();
    await using classifier = await loadClassifierOn(portHost(platform), "out");
    expect(classifier.classes).toEqual(classes);
    const again = await classifier.predict("photos/red/0");
    expect(again.label).toBe(prediction.label);
    expect(relativeDifference(again.logits, prediction.logits)).toBeLessThan(1e-5);
  });

  it("can be trained again, on other classes", async () => {
    const { platform } = await exported();
    const items = colourItems(8).map((item) => ({ ...item, label: item.label === "red" ? "warm" : "cold" }));
    const learner = await createLearnerOn(portHost(platform), { model: "out", data: imageList(items) });
    expect(learner.info).toMatchObject({ classes: ["cold", "warm"], features: 3 });
    await learner.fit(1, 0.1);
    await learner.exportOnnx("again");
    await learner.dispose();
    const model = readModel(platform.files.contents.get("again/onnx/model.onnx") as Uint8Array, { source: "again" });
    expect(JSON.parse(model.metadata.labels!)).toEqual(["cold", "warm"]);
    expect(model.metadata.license).toBe("MIT");
  });
});

describe("refuseForeignFolder", () => {
  const anothers = new onnx.ModelProto({ ir_version: 8, producer_name: "pytorch" });
  const refuse = (...names: string[]) =>
    refuseForeignFolder("out", memoryFiles(new Map(names.map((name) => [`out/${name}`, "somebody's"]))));

  it.each([["nothing"], ["notes.txt"]])("lets be written to a folder with %s", async (...names) => {
    await refuse(...names.filter((name) => name !== "nothing"));
  });

  it("lets an export be replaced", async () => {
    const { platform } = await exported();
    await refuseForeignFolder("out", platform.files);
    platform.files.contents.set("out/onnx/model.onnx", writeModel({ ...tinyModel(), proto: anothers }));
    await refusal(() => refuseForeignFolder("out", platform.files), "file-access", "onnx/model.onnx would be replaced");
  });

  it.each([
    "onnx",
    "onnx/model.onnx",
    "onnx/model_fp16.onnx",
    "README.md",
    "config.json",
    "training.json",
    "lr-find.svg",
  ])("refuses a folder that holds somebody else's %s", async (name) => {
    await refusal(() => refuse("photo.jpg", name), "file-access", "Cannot export to out", name, "Choose a new folder");
  });
});

describe("writeExport", () => {
  const names = ({ files }: TinyPlatform) => [...files.contents.keys()].sort();

  it("removes what an earlier export has left behind, and nothing else", async () => {
    const { platform } = await exported();
    for (const name of ["lr-find.svg", "onnx/model_softmax.onnx", "onnx/model_fp16.onnx", "notes.txt"])
      platform.files.contents.set(`out/${name}`, "old");
    await exported(odd, platform);
    expect(names(platform)).toEqual([
      "out/README.md",
      "out/config.json",
      "out/notes.txt",
      "out/onnx/model.onnx",
      "out/preprocessor_config.json",
      "out/training.json",
    ]);
  });

  it("leaves a folder that is somebody else's alone", async () => {
    const platform = tinyPlatform();
    platform.files.contents.set("out/README.md", "mine");
    const contents = new Map([["config.json", "{}"]]);
    await refusal(() => writeExport("out", contents, platform.files), "file-access", "its README.md would be replaced");
    expect(names(platform)).toEqual(["out/README.md"]);
  });
});
