// The embedded network with a head of three classes, exported in all forms: in Python's onnxruntime and in
// transformers.js.
import { cpSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { env, pipeline } from "@huggingface/transformers";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { imageFolder } from "../../../src/datasets/image-folder.js";
import { createLearnerOn } from "../../../src/learner/create-learner.js";
import type { Prediction } from "../../../src/learner/engine/prediction/predict.js";
import { formFiles as allForms, checkFormsFor, formsOf, withForms } from "../../../src/learner/export/forms.js";
import { localHost } from "../../../src/learner/node/host.js";
import { readModel } from "../../../src/onnx/read.js";
import { writeModel } from "../../../src/onnx/write.js";
import { platform } from "../../helpers/cli-here.js";
import { copyFew, fashionMini, photosIn } from "../../helpers/photos.js";
import { describePython, runPython } from "../../helpers/python.js";
import { refused } from "../../helpers/refusal.js";
import { temporaryFolder } from "../../helpers/temporary.js";
import { tinyModel } from "../../helpers/tiny-network.js";

/** Of classes. */
const formFiles = allForms.filter((file) => !file.includes("sigmoid"));
const folder = temporaryFolder();
const out = join(folder, "clothes");
const photo = join(folder, "photo.png");
const classes = ["bag", "sandal", "trouser"];
let written: string[];
let prediction: Prediction;

beforeAll(async () => {
  const data = imageFolder(copyFew(join(folder, "photos"), { classes, train: 6, valid: 1 }));
  await using learner = await createLearnerOn(localHost(platform), { data, batchSize: 6 });
  await learner.fit(5, 0.01);
  written = await learner.exportOnnx(out, { softmax: true, float16: true });
  // transformers.js moves what it enlarges by half a pixel of the small picture: 28 pixels have to grow beforehand.
  await sharp(photosIn(join(fashionMini, "valid/bag"))[0]!)
    .resize(300, 300)
    .toFile(photo);
  prediction = await learner.predict(photo);
}, 60_000);

describe("exportOnnx", () => {
  it("writes the forms beside the model, the smaller one half as large, and speaks of them in the model card", () => {
    expect(written).toEqual(expect.arrayContaining(["onnx/model.onnx", ...formFiles]));
    const size = (file: string) => statSync(join(out, "onnx", file)).size;
    expect(size("model_fp16.onnx") / size("model.onnx")).toBeLessThan(0.52);
    const card = readFileSync(join(out, "README.md"), "utf8");
    for (const file of formFiles) expect(card).toContain(`\`${file}\``);
    for (const file of formFiles) {
      const { metadata } = readModel(readFileSync(join(out, file)), { source: file });
      expect(JSON.parse(metadata.labels!)).toEqual(classes);
    }
  });

  it("gives transformers.js what it asks for with dtype fp16", async () => {
    cpSync(out, join(folder, "small"), { recursive: true });
    rmSync(join(folder, "small/onnx/model.onnx"));
    env.allowRemoteModels = false;
    env.localModelPath = folder;
    const classify = await pipeline("image-classification", "small", { dtype: "fp16" });
    const [top] = (await classify(photo)) as { label: string; score: number }[];
    await classify.dispose();
    expect(top!.label).toBe(prediction.label);
    expect(top!.score).toBeCloseTo(prediction.probability, 1);
  });
});

describePython("exportOnnx in Python's onnxruntime", ["onnx", "onnxruntime", "numpy"], () => {
  it("gives probabilities, and with half the weights nearly the same logits, in float32", () => {
    const checked = JSON.parse(runPython(new URL("check_forms.py", import.meta.url), out));
    const logits = ["pixel_values", "tensor(float)", "logits", "tensor(float)", 3];
    expect(checked.plain).toEqual(logits);
    expect(checked.half).toEqual(logits);
    expect(checked.softmax).toEqual(logits.with(2, "probabilities"));
    expect(checked.probabilityDifference).toBeLessThan(1e-6);
    expect(checked.halfWeights).toBeGreaterThan(40);
    expect(checked.halfDifference).toBeLessThan(0.01);
    console.info(`float16 weights: logits differ by ${checked.halfDifference.toExponential(1)} of the largest`);
  });
});

describe("formsOf", () => {
  it("makes what is wanted, and nothing else", () => {
    const file = writeModel(tinyModel());
    expect(formsOf(file, {}).size).toBe(0);
    expect([...formsOf(file, { softmax: true, float16: false }).keys()]).toEqual(["onnx/model_softmax.onnx"]);
    const forms = formsOf(file, { softmax: true, float16: true });
    expect([...forms.keys()]).toEqual(formFiles);
    const { outputs, nodes } = readModel(forms.get("onnx/model_softmax.onnx")!, { source: "softmax" }).graph;
    expect(outputs).toMatchObject([{ name: "probabilities", dtype: "float32", shape: ["batch", 2] }]);
    expect(nodes.at(-1)).toMatchObject({ opType: "Softmax", attributes: { axis: { type: "INT", value: 1 } } });
  });
});

describe("forms of labels", () => {
  it("are probabilities of each", () => {
    const forms = formsOf(writeModel(tinyModel()), { sigmoid: true });
    const { outputs, nodes } = readModel(forms.get("onnx/model_sigmoid.onnx")!, { source: "sigmoid" }).graph;
    expect(outputs).toMatchObject([{ name: "probabilities", dtype: "float32", shape: ["batch", 2] }]);
    expect(nodes.at(-1)!.opType).toBe("Sigmoid");
  });

  it("are refused where they say nothing", () => {
    for (const task of ["single-label", "multi-label", "regression"] as const) checkFormsFor(task, { float16: true });
    expect(() => checkFormsFor("single-label", { softmax: true })).not.toThrow();
    expect(() => checkFormsFor("multi-label", { sigmoid: true })).not.toThrow();
    expect(refused(() => checkFormsFor("multi-label", { softmax: true })).name).toBe("softmax");
    expect(refused(() => checkFormsFor("regression", { softmax: true })).name).toBe("softmax");
    expect(refused(() => checkFormsFor("regression", { sigmoid: true })).name).toBe("sigmoid");
    expect(refused(() => checkFormsFor("single-label", { sigmoid: true })).name).toBe("sigmoid");
  });
});

describe("withForms", () => {
  it("adds a paragraph for each file, once", () => {
    const card = "# Card\n";
    expect(withForms(card, ["onnx/model.onnx"], {})).toBe(card);
    const both = withForms(withForms(card, formFiles.slice(0, 1), {}), formFiles, {});
    expect(both.match(/onnx\/model_softmax\.onnx/g)).toHaveLength(1);
    expect(both.match(/onnx\/model_fp16\.onnx/g)).toHaveLength(1);
    expect(withForms(both, formFiles, {})).toBe(both);
  });

  it("tells of folded norms, once", () => {
    const folded = withForms("# Card\n", [], { foldBatchNorm: true });
    expect(folded).toContain("batch normalisations are part of the layers before them");
    expect(withForms(folded, [], { foldBatchNorm: true })).toBe(folded);
    expect(withForms(folded, [], {})).toBe(folded);
  });
});
