// Networks of several families, trained above a boundary and exported in every form: what Python's onnxruntime and
// transformers.js make of them, and that they can be trained on.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { env, pipeline } from "@huggingface/transformers";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { createNodeDecoder } from "../../src/datasets/node.js";
import { pixelsOf } from "../../src/learner/engine/prediction/predict.js";
import { fromPreprocessorConfig } from "../../src/models/preprocessor-config.js";
import type { Learner, LearnerOptions } from "../../src/node.js";
import { createLearner, imageFolder } from "../helpers/build.js";
import { relativeDifference } from "../helpers/difference.js";
import { oldGraphs } from "../helpers/old-graphs.js";
import { copyFew, fashionMini, photosIn, somePhotos } from "../helpers/photos.js";
import { describePython, runPython } from "../helpers/python.js";
import { temporaryFolder } from "../helpers/temporary.js";
import { changed, weightsOf } from "../helpers/unfreezing.js";

interface Network extends Partial<LearnerOptions> {
  readonly model: string | Uint8Array;
  readonly frozen: number;
  /** Batch normalisations of the network, and how many of them are behind nothing that they can be folded into. */
  readonly norms: readonly [number, number];
}

const fixture = (file: string) => ({
  model: fileURLToPath(new URL(`../fixtures/${file}.onnx`, import.meta.url)),
  image: { resize: { height: 64, width: 64 }, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] } as const,
});
const networks: Readonly<Record<string, Network>> = {
  resnet34: { ...fixture("gradients/resnet34"), frozen: 0, batchNorm: "trained", norms: [36, 0] },
  "mobilenet-v2": { ...fixture("gradients/mobilenet-v2"), frozen: 2, head: { hidden: [8] }, norms: [54, 2] },
  "mobilenet-v3": { ...fixture("gradients/mobilenet-v3"), frozen: 1, norms: [34, 0] },
  "efficientnet-lite0": { ...fixture("gradients/efficientnet-lite0"), frozen: -2, norms: [49, 0] },
  densenet: { ...fixture("families/densenet-old-11"), frozen: 0, norms: [15, 15] },
  convnext: { ...fixture("gradients/convnext"), frozen: 3, norms: [0, 0] },
  vit: { ...fixture("gradients/vit"), frozen: 1, norms: [0, 0] },
  "with dropout": { model: oldGraphs["opset 12"]!.file(), frozen: 0, norms: [0, 0] },
};

const folder = temporaryFolder();
const classes = ["bag", "sandal", "trouser"];
const data = imageFolder(copyFew(join(folder, "photos"), { classes, train: 8, valid: 2 }));
const photos = somePhotos(join(fashionMini, "valid"), 1).slice(0, 4);

/** A file as Python is to see it. */
interface Exported {
  readonly name: string;
  readonly file: string;
  /** The learner's own, before it was disposed. */
  readonly logits: readonly (readonly number[])[];
  readonly norms: number;
}
const exported: Exported[] = [];

const modelIn = (target: string, file = "model.onnx"): string => join(target, "onnx", file);
const weightsIn = (target: string) => weightsOf(readFileSync(modelIn(target)));
const isStatistic = (name: string): boolean => /running_(mean|var)$/.test(name);
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
const open = (options: Partial<LearnerOptions>): Promise<Learner> =>
  createLearner({ data, batchSize: 8, ...options, worker: false });

/** With all forms beside it, and folded in a folder of its own. */
async function exportAll(learner: Learner, target: string, norms: Network["norms"]): Promise<void> {
  await learner.exportOnnx(target, { softmax: true, float16: true });
  await learner.exportOnnx(`${target}-folded`, { foldBatchNorm: true });
  const logits = (await learner.predict(photos)).map((prediction) => Array.from(prediction.logits));
  for (const [i, name] of [target, `${target}-folded`].entries())
    exported.push({ name, file: "model.onnx", logits, norms: norms[i]! });
}

describe.each(Object.entries(networks))("%s", (name, { frozen, norms, ...options }) => {
  const target = join(folder, name);
  let groups: Learner["info"]["layerGroups"];

  it("is trained above the boundary and nowhere else", async () => {
    await using learner = await open(options);
    groups = learner.info.layerGroups;
    await learner.freezeTo(frozen);
    await learner.fit(1, 0.01);
    await exportAll(learner, target, norms);

    const { model } = options;
    const original = weightsOf(typeof model === "string" ? readFileSync(model) : model);
    const after = weightsIn(target);
    // Its own classifier may bear the names of the new one.
    const kept = Object.fromEntries(
      Object.entries(original).filter(([weight, values]) => after[weight]?.length === values.length),
    );
    const [statistics, weights] = [true, false].map((wanted) =>
      changed(kept, after).filter((weight) => isStatistic(weight) === wanted),
    );
    const trained = learner.layerGroups().filter((group, i) => group.trained && i < groups.length - 1);
    expect(sum(weights!.map((weight) => original[weight]!.length))).toBe(sum(trained.map((group) => group.parameters)));
    expect(statistics).toHaveLength(options.batchNorm === "trained" ? 2 * norms[0] : 0);
  });

  it("can be trained on from its export, folded or not", async () => {
    await using learner = await open({ model: norms[0] > 0 ? `${target}-folded` : target });
    await learner.freezeTo(frozen);
    const [epoch] = await learner.fit(1, 0.01);
    expect(Number.isFinite(epoch!.validLoss)).toBe(true);
    await using plain = await open({ model: target });
    // Hidden layers of the head it had are the network's by now.
    if (!options.head) expect(plain.info.layerGroups.slice(0, -1)).toEqual(groups.slice(0, -1));
  });
});

describe("the embedded network", () => {
  it("gives transformers.js the learner's top-1, plain and folded", async () => {
    // transformers.js moves what it enlarges by half a pixel of the small picture: 28 pixels have to grow beforehand.
    mkdirSync(join(folder, "enlarged"));
    const grown = classes.map((label) => join(folder, "enlarged", `${label}.png`));
    for (const [i, label] of classes.entries())
      await sharp(photosIn(join(fashionMini, "valid", label))[0]!)
        .resize(300, 300)
        .toFile(grown[i]!);

    await using learner = await open({});
    await learner.fit(3, 0.01);
    await learner.freezeTo(-2);
    await learner.fit(1, [1e-4, 1e-3]);
    await exportAll(learner, join(folder, "embedded"), [49, 0]);
    const ours = await learner.predict(grown);
    env.allowRemoteModels = false;
    env.localModelPath = folder;
    for (const name of ["embedded", "embedded-folded"]) {
      const classify = await pipeline("image-classification", name);
      for (const [i, photo] of grown.entries()) {
        const [top] = (await classify(photo)) as { label: string; score: number }[];
        expect(top!.label).toBe(ours[i]!.label);
        expect(top!.score).toBeCloseTo(ours[i]!.probability, 1);
      }
      await classify.dispose();
    }
  });
});

/** See check_networks.py. */
interface Seen {
  readonly opsets: Readonly<Record<string, number>>;
  readonly input: readonly unknown[];
  readonly output: readonly unknown[];
  readonly operators: readonly string[];
  readonly training: boolean;
  readonly unused: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly rows: readonly (readonly number[])[];
}

describePython("exports in Python's onnxruntime", ["onnx", "onnxruntime", "numpy"], () => {
  it("are networks in inference form that give the learner's logits", async () => {
    const forms = exported.flatMap((entry) =>
      entry.name.endsWith("-folded")
        ? [entry]
        : ["model.onnx", "model_softmax.onnx", "model_fp16.onnx"].map((file) => ({ ...entry, file })),
    );
    const manifest = await Promise.all(forms.map(toManifest));
    writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
    const script = new URL("check_networks.py", import.meta.url);
    const results = JSON.parse(runPython(script, join(folder, "manifest.json"))) as Seen[];
    expect(results).toHaveLength(4 * (Object.keys(networks).length + 1));
    for (const [i, seen] of results.entries()) expectInferenceForm(seen, forms[i]!);
  });
});

async function toManifest({ name, file }: Exported) {
  const config = JSON.parse(readFileSync(join(name, "preprocessor_config.json"), "utf8"));
  const { shape, data: values } = await pixelsOf(photos, createNodeDecoder(), fromPreprocessorConfig(config, name));
  const pixels = join(name, "pixels.f32");
  writeFileSync(pixels, values);
  return { model: modelIn(name, file), pixels, shape };
}

function expectInferenceForm(seen: Seen, { name, file, logits, norms }: Exported): void {
  const what = `${name}/${file}`;
  const isSoftmax = file === "model_softmax.onnx";
  expect(seen, what).toMatchObject({ opsets: { "": 18 }, training: false, unused: [] });
  expect(seen.input, what).toEqual(["pixel_values", "tensor(float)", "batch"]);
  expect(seen.output, what).toEqual([isSoftmax ? "probabilities" : "logits", "tensor(float)", 3]);
  expect(JSON.parse(seen.metadata.labels!), what).toEqual(classes);
  expect(seen.operators, what).not.toContain("Dropout");
  expect(seen.operators.filter((operator) => operator === "BatchNormalization").length, what).toBe(norms);
  const wanted = isSoftmax ? logits.map(softmax) : logits;
  const tolerance = file === "model_fp16.onnx" ? 0.01 : 1e-4;
  expect(relativeDifference(seen.rows.flat(), wanted.flat()), what).toBeLessThan(tolerance);
}

function softmax(logits: readonly number[]): number[] {
  const powers = logits.map((logit) => Math.exp(logit - Math.max(...logits)));
  return powers.map((power) => power / sum(powers));
}
