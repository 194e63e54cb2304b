// The exported folder, as other programs see it: Python's onnx and onnxruntime, an SVG renderer, and regraft itself.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createNodeDecoder } from "../../src/datasets/node.js";
import { type Prediction, pixelsOf } from "../../src/learner/engine/prediction/predict.js";
import type { Learner } from "../../src/learner/learner.js";
import { fromPreprocessorConfig } from "../../src/models/preprocessor-config.js";
import type { EpochResult, LrRange, Validation } from "../../src/node.js";
import { createLearner, imageFolder, loadClassifier } from "../helpers/build.js";
import { largestDifference } from "../helpers/difference.js";
import { copyFew, fashionMini, somePhotos } from "../helpers/photos.js";
import { describePython, runPython } from "../helpers/python.js";
import { temporaryFolder } from "../helpers/temporary.js";
import { trainedWeights } from "../helpers/trained-weights.js";

const folder = temporaryFolder();
const classes = ["bag", "dress", "sandal", "t-shirt", "trouser"];
const data = imageFolder(copyFew(join(folder, "photos"), { classes, train: 15, valid: 5 }));
const exported = join(folder, "export");
// Photos the learner has not seen.
const photos = somePhotos(join(fashionMini, "valid"), 20)
  .filter((photo) => classes.includes(basename(dirname(photo))))
  .filter((_, i) => i % 20 >= 16);

let learner: Learner;
let range: LrRange;
let epochs: EpochResult[];
let validated: Validation;
let predicted: Prediction[];

beforeAll(async () => {
  learner = await createLearner({ data });
  range = await learner.lrFind();
  epochs = await learner.fitOneCycle(3, 0.01);
  validated = await learner.validate();
  predicted = await learner.predict(photos);
  await learner.exportOnnx(exported);
});
afterAll(() => learner.dispose());

const read = (file: string): string => readFileSync(join(exported, file), "utf8");
const readJson = (file: string) => JSON.parse(read(file));

describe("the folder", () => {
  it("holds what Hugging Face's libraries look for, and nothing else", () => {
    const files = readdirSync(exported, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.map((entry) => join(entry.parentPath, entry.name).slice(exported.length + 1)).sort()).toEqual([
      "README.md",
      "config.json",
      "lr-find.svg",
      "onnx/model.onnx",
      "preprocessor_config.json",
      "training.json",
    ]);
    expect(readdirSync(folder).sort()).toEqual(["export", "photos"]);
  });

  it("says in config.json what each logit means and which file to load", () => {
    expect(readJson("config.json")).toEqual({
      model_type: "efficientnet",
      architectures: ["EfficientNetForImageClassification"],
      problem_type: "single_label_classification",
      num_labels: 5,
      id2label: { "0": "bag", "1": "dress", "2": "sandal", "3": "t-shirt", "4": "trouser" },
      label2id: { bag: 0, dress: 1, sandal: 2, "t-shirt": 3, trouser: 4 },
      "transformers.js_config": { dtype: "fp32" },
    });
  });

  it("says in preprocessor_config.json how the network was pretrained to see photos", () => {
    expect(readJson("preprocessor_config.json")).toMatchObject({
      image_processor_type: "BitImageProcessor",
      do_resize: true,
      size: { shortest_edge: 256 },
      resample: 3,
      do_center_crop: true,
      crop_size: { height: 224, width: 224 },
      do_rescale: true,
      rescale_factor: 1 / 255,
      do_normalize: true,
      image_mean: [127 / 255, 127 / 255, 127 / 255],
      image_std: [128 / 255, 128 / 255, 128 / 255],
    });
  });

  it("has a model card with the numbers of this training, its classes, and the plot", () => {
    const card = read("README.md");
    expect(card).toMatch(
      /^---\nlicense: apache-2\.0\nlibrary_name: transformers\.js\npipeline_tag: image-classification\n---\n/,
    );
    expect(card).toContain(`Accuracy ${(100 * validated.accuracy).toFixed(1)} %, loss ${validated.loss.toFixed(4)}.`);
    for (const { trainLoss, validLoss } of epochs)
      expect(card).toContain(`| ${trainLoss.toFixed(4)} | ${validLoss.toFixed(4)} |`);
    for (const name of classes) expect(card).toContain(`\`${name}\``);
    expect(card).toContain("fitOneCycle(3, 0.01)");
    expect(card).toContain("75 to train on, 25 to validate on, 0 skipped");
    expect(card).toContain(range.suggestion.reason);
    expect(card).toContain("](lr-find.svg)");
  });

  it("has a plot that an SVG renderer takes", async () => {
    const { format, width, height } = await sharp(join(exported, "lr-find.svg")).metadata();
    expect(format).toBe("svg");
    expect(Math.min(width, height)).toBeGreaterThan(100);
  });

  it("comes out the same, byte for byte, when it is written again", async () => {
    const again = join(folder, "again");
    const files = await learner.exportOnnx(again);
    expect(files).toHaveLength(6);
    for (const file of files)
      expect(readFileSync(join(again, file)).equals(readFileSync(join(exported, file)))).toBe(true);
  });
});

describePython("in Python", ["onnx", "onnxruntime", "numpy"], () => {
  interface Seen {
    readonly inputs: unknown;
    readonly outputs: unknown;
    readonly metadata: Record<string, string>;
    readonly operators: readonly string[];
    readonly unused: readonly string[];
    readonly logits: readonly (readonly number[])[];
    readonly batchOf3: readonly (readonly number[])[];
  }
  let seen: Seen;

  beforeAll(async () => {
    const transform = fromPreprocessorConfig(readJson("preprocessor_config.json"), exported);
    const pixels = await pixelsOf(photos, createNodeDecoder(), transform);
    writeFileSync(join(folder, "pixels"), pixels.data);
    const script = new URL("check_export.py", import.meta.url);
    // The checker's full check is part of the script.
    seen = JSON.parse(runPython(script, join(exported, "onnx/model.onnx"), join(folder, "pixels")));
  });

  it("gives the learner's logits on 20 photos, to 1e-4", () => {
    expect(seen.logits).toHaveLength(20);
    const differences = seen.logits.map((logits, i) => largestDifference(logits, predicted[i]!.logits));
    expect(Math.max(...differences)).toBeLessThanOrEqual(1e-4);
  });

  it("takes batches of any size under the names that transformers.js asks for", () => {
    expect(seen.inputs).toEqual([["pixel_values", "tensor(float)", ["batch", 3, 224, 224]]]);
    expect(seen.outputs).toEqual([["logits", "tensor(float)", ["batch", 5]]]);
    expect(largestDifference(seen.batchOf3.flat(), seen.logits.slice(0, 3).flat())).toBeLessThanOrEqual(1e-4);
  });

  it("finds classes and preparation in the file itself", () => {
    const { labels, id2label, preprocess, metrics, ...rest } = seen.metadata;
    expect(JSON.parse(labels!)).toEqual(classes);
    expect(JSON.parse(id2label!)).toEqual(readJson("config.json").id2label);
    expect(JSON.parse(preprocess!)).toEqual(readJson("preprocessor_config.json"));
    expect(JSON.parse(metrics!).accuracy).toBe(validated.accuracy);
    expect(rest).toMatchObject({
      task: "classify",
      base_model: "efficientnet-lite0",
      license: "Apache-2.0",
    });
  });

  it("finds nothing of the training in the graph", () => {
    expect(seen.unused).toEqual([]);
    expect(seen.operators).not.toContain("Dropout");
    expect(seen.operators.filter((name) => /Gradient|Loop|SoftmaxCrossEntropyLoss/.test(name))).toEqual([]);
  });
});

describe("in regraft again", () => {
  it("loadClassifier predicts what the learner predicts", async () => {
    await using classifier = await loadClassifier(exported);
    expect(classifier.classes).toEqual(classes);
    const again = await classifier.predict(photos);
    for (const [i, { label, logits }] of again.entries()) {
      expect(label).toBe(predicted[i]!.label);
      expect(largestDifference(logits, predicted[i]!.logits)).toBeLessThanOrEqual(1e-5);
    }
  });

  it.each([
    ["folder", exported],
    ["path", join(exported, "onnx/model.onnx")],
  ])("createLearner takes its %s: the network below the head is still the same", async (kind, model) => {
    await using second = await createLearner({ model, data });
    expect(second.info).toMatchObject({ features: 1280, classes });
    await second.fitOneCycle(3, 0.01);
    const out = join(folder, `from ${kind}`);
    await second.exportOnnx(out);
    // Equal weights after equal steps: no feature differs in any bit.
    const [again, first] = [trainedWeights(out), trainedWeights(exported)];
    expect(largestDifference(again.weight, first.weight)).toBe(0);
    expect(largestDifference(again.bias, first.bias)).toBe(0);
  });
});
