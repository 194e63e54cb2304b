// Models that cannot be trained: each refused with a typed error that says what, where, and what to do.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createLearner, imageFolder, loadClassifier } from "../helpers/build.js";
import { copyFew, photosIn } from "../helpers/photos.js";
import { refusal } from "../helpers/refusal.js";
import { imageClassifier, textModel, unknownDomain, withoutClassifier } from "../helpers/small-models.js";
import { temporaryFolder } from "../helpers/temporary.js";

const folder = temporaryFolder();
const data = imageFolder(copyFew(join(folder, "photos"), { classes: ["bag", "coat"], train: 4, valid: 2 }));
const [photo] = photosIn(join(folder, "photos/train/bag"));
const embedded = new URL("../../models/efficientnet-lite0.onnx", import.meta.url);

/** Opens the bytes as a file, so that the message can name it. */
function open(name: string, bytes: Uint8Array | string) {
  const model = join(folder, name);
  writeFileSync(model, bytes);
  return () => createLearner({ model, data });
}

describe("a model", () => {
  it("that is no ONNX file", async () => {
    await refusal(open("photo.onnx", readFileSync(photo!)), "invalid-model", "photo.onnx", "it is an image");
    await refusal(open("page.onnx", "<!DOCTYPE html><html>"), "invalid-model", "page.onnx", /web page|HTML/i);
    await refusal(
      open("noise.onnx", new Uint8Array(1000).fill(255)),
      "invalid-model",
      "noise.onnx",
      "no ONNX file",
      /again/,
    );
  });

  it("that is empty", async () => {
    await refusal(open("empty.onnx", ""), "invalid-model", "empty.onnx", "empty", /again/);
    await refusal(() => createLearner({ model: new Uint8Array(), data }), "invalid-model", "bytes", "empty");
  });

  it("that is cut short", async () => {
    const whole = readFileSync(embedded);
    for (const size of [whole.length - 1, whole.length >> 1, 100]) {
      await refusal(open("short.onnx", whole.subarray(0, size)), "invalid-model", "short.onnx", /again/);
    }
  });

  it("with an operator of an unknown domain", async () => {
    await refusal(open("domain.onnx", unknownDomain()), "unsupported-model", "domain.onnx", "com.example", "Magic");
  });

  it("that reads text", async () => {
    await refusal(open("text.onnx", textModel()), "unsupported-model", "text.onnx", '"input_ids" int64', "image");
  });

  it("without a classifier", async () => {
    const call = open("headless.onnx", withoutClassifier());
    const { details } = await refusal(call, "no-classifier-found", "headless.onnx", "dense layer");
    expect(details.tried).toHaveLength(1);
  });

  it("that is not there", async () => {
    const models = ["efficientnet-lite0", "resnet34"];
    const { details } = await refusal(() => createLearner({ model: "resnet999", data }), "model-not-found", ...models);
    expect(details).toEqual({ model: "resnet999", available: expect.arrayContaining(models) });
    await refusal(() => createLearner({ model: join(folder, "no.onnx"), data }), "file-access", "no.onnx", "path");
    mkdirSync(join(folder, "empty folder"));
    await refusal(() => createLearner({ model: join(folder, "empty folder"), data }), "file-access", "onnx/model.onnx");
  });

  it("whose input has another size than the photos", async () => {
    const model = imageClassifier();
    const image = { resize: { shortestEdge: 32 }, crop: { height: 32, width: 32 } };
    await refusal(() => createLearner({ model, data, image }), "invalid-argument", "28", "32", "image.crop");
    await using learner = await createLearner({ model, data });
    expect(learner.info.features).toBe(3);
  });
});

describe("loadClassifier", () => {
  it("refuses what exportOnnx has not written", async () => {
    await refusal(() => loadClassifier(join(folder, "nowhere")), "file-access", "nowhere", "path");
    const bare = join(folder, "bare");
    mkdirSync(join(bare, "onnx"), { recursive: true });
    writeFileSync(join(bare, "onnx/model.onnx"), imageClassifier());
    await refusal(() => loadClassifier(bare), "invalid-model", "bare", "id2label", "exportOnnx");
    writeFileSync(join(bare, "config.json"), "{ half");
    await refusal(() => loadClassifier(bare), "invalid-model", "config.json", "JSON");
    writeFileSync(join(bare, "config.json"), JSON.stringify({ id2label: { 0: "a", 1: "b", 2: "c" } }));
    await refusal(() => loadClassifier(bare), "invalid-model", "bare", "3", "2");
  });
});
