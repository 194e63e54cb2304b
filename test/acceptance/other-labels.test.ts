// Labels and numbers from a table to an export, by the command line and the embedded network; and a class of few photos.
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { imageList } from "../../src/datasets/image-list.js";
import { createLearnerOn } from "../../src/learner/create-learner.js";
import { loadClassifierOn } from "../../src/learner/load-classifier.js";
import { localHost } from "../../src/learner/node/host.js";
import type { LearnerOptions } from "../../src/learner/options.js";
import { cliHere, lastLine, platform } from "../helpers/cli-here.js";
import { clothes, drawCircles, drawPairs } from "../helpers/drawn-photos.js";
import { fashionMini, photosIn } from "../helpers/photos.js";
import { describePython, runPython } from "../helpers/python.js";
import { temporaryFolder } from "../helpers/temporary.js";

const folder = temporaryFolder();
const cache = join(folder, "cache");
const plain = join(folder, "plain.png");
const models = { tags: join(folder, "tags-model"), circles: join(folder, "circles-model") };
const host = localHost(platform);
let tags: string;
let circles: string;

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  // Of one colour: however it is resized, it stays as it is.
  await sharp({ create: { width: 224, height: 224, channels: 3, background: "#c06040" } })
    .png()
    .toFile(plain);
  [tags, circles] = await Promise.all([drawPairs(join(folder, "tags"), 1), drawCircles(join(folder, "circles"), 1)]);
}, 60_000);

const card = (model: string) => readFileSync(join(model, "README.md"), "utf8");

describe("labels in a column", () => {
  beforeAll(async () => {
    const flags = ["--label-delimiter", " ", "--epochs", "8", "--cache", cache, "--sigmoid", "--stratified"];
    const { code, stdout, stderr } = await cliHere(["train", tags, ...flags, "--out", models.tags, "--json"]);
    expect(code, stderr).toBe(0);
    const { classes, metrics, epochs, lr } = lastLine(stdout);
    expect(classes).toEqual(clothes);
    expect(lr).toBeGreaterThan(0.01);
    // Three seeds gave 0.95, 0.98 and 0.99, and F1 of 0.86, 0.93 and 0.93.
    expect(metrics.mAP).toBeGreaterThan(0.9);
    expect(metrics.f1).toBeGreaterThan(0.75);
    expect(epochs.at(-1).metrics).toEqual(metrics);
    expect(stderr).toContain("epoch     train_loss  valid_loss  f1        mAP       time");
  }, 60_000);

  it("are evaluated and predicted by the export, with a line for each", async () => {
    const { stdout } = await cliHere(["eval", models.tags, tags, "--labels", clothes.join(",")]);
    const [summary, header, ...lines] = stdout.trimEnd().split("\n");
    expect(summary).toMatch(/^f1 0\.\d{4}, mAP 0\.\d{4}, loss 0\.\d{4} on 40 photos$/);
    expect(header).toMatch(/^label +threshold +precision +recall +F1 +AP +support$/);
    expect(lines.map((line) => line.split(" ")[0])).toEqual(clothes);
    const predicted = lastLine((await cliHere(["predict", models.tags, plain, "--json"])).stdout).predictions[0];
    expect(Object.keys(predicted)).toEqual(["image", "labels", "scores"]);
  }, 60_000);

  it("are named in the model card, with what a pipeline of classes would do to them", () => {
    expect(card(models.tags)).toMatch(/^# 4 labels on efficientnet-lite0$/m);
    for (const label of clothes)
      expect(card(models.tags)).toMatch(new RegExp(`^\\| ${label} \\| \\d+ \\| 0\\.500 \\|`, "m"));
    expect(card(models.tags)).toContain("logits.sigmoid()");
    const config = JSON.parse(readFileSync(join(models.tags, "config.json"), "utf8"));
    expect(config).toMatchObject({ problem_type: "multi_label_classification", num_labels: 4 });
    expect(Object.values(config.id2label)).toEqual(clothes);
  });

  it("are reported on, by the command line and by the training itself", async () => {
    const [own, page] = [join(folder, "own.html"), join(folder, "tags.html")];
    const flags = ["--label-delimiter", " ", "--epochs", "1", "--cache", cache, "--out", join(folder, "again")];
    expect((await cliHere(["train", tags, ...flags, "--report", own])).code).toBe(0);
    const { code, stderr } = await cliHere(["report", models.tags, tags, "--label-delimiter", " ", "--out", page]);
    expect(code, stderr).toBe(0);
    for (const [path, folder] of [
      [own, "again"],
      [page, "tags-model"],
    ] as const) {
      const text = readFileSync(path, "utf8");
      expect(text).toMatch(/<h1>\d+ of \d+ labels on 40 validation photos are found, /);
      expect(text.match(/alt="What speaks for (bag|dress|sandal|trouser) in it"/g)).toHaveLength(9);
      expect(text).toContain("Scores on the validation photos");
      expect(text).toContain(`loadClassifier(&quot;${folder}&quot;)`);
    }
    const refused = await cliHere(["report", models.tags, tags, "--targets", clothes[0]!, "--out", page]);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("Give a dataset of labels")]);
  }, 60_000);

  describePython("in Python's onnxruntime", ["numpy", "onnx", "onnxruntime", "PIL"], () => {
    it("have the same logits and probabilities", async () => {
      await using classifier = await loadClassifierOn<"multi-label">(host, models.tags);
      const { logits, scores } = await classifier.predict(plain);
      const script = new URL("check_values.py", import.meta.url);
      const there = JSON.parse(runPython(script, models.tags, plain));
      for (const [i, value] of there.values.entries()) expect(Math.abs(value - logits[i]!)).toBeLessThan(1e-4);
      const probabilities = JSON.parse(runPython(script, models.tags, plain, "onnx/model_sigmoid.onnx"));
      expect(probabilities.output).toBe("probabilities");
      for (const { label, probability } of scores)
        expect(Math.abs(probabilities.values[clothes.indexOf(label)] - probability)).toBeLessThan(1e-4);
    });
  });
});

describe("numbers in a column", () => {
  beforeAll(async () => {
    const flags = ["--targets", "radius", "--epochs", "15", "--cache", cache];
    const { code, stdout, stderr } = await cliHere(["train", circles, ...flags, "--out", models.circles, "--json"]);
    expect(code, stderr).toBe(0);
    const { classes, metrics } = lastLine(stdout);
    expect(classes).toEqual(["radius"]);
    // Three seeds gave 0.74, 0.76 and 0.70; saying the mean gives 0, and is 20 pixels off.
    expect(metrics.r2).toBeGreaterThan(0.6);
    expect(metrics.mae).toBeLessThan(13);
  }, 60_000);

  it("are evaluated and predicted in their own units", async () => {
    const { stdout } = await cliHere(["eval", models.circles, circles, "--targets", "radius", "--json"]);
    const { metrics, targets, photos } = lastLine(stdout);
    expect(photos).toBe(40);
    expect(metrics.r2).toBeGreaterThan(0.6);
    expect(targets).toMatchObject([{ name: "radius", r2: metrics.r2, mae: metrics.mae }]);
    const predicted = lastLine((await cliHere(["predict", models.circles, plain, "--json"])).stdout).predictions[0];
    expect(predicted.values.radius).toBeTypeOf("number");
    expect(card(models.circles)).toMatch(/^\| radius \| \d+\.\d+ \| \d+\.\d+ \| 0\.\d{3} \|$/m);
  }, 60_000);

  it("are reported on, predicted ones against the actual", async () => {
    const page = join(folder, "circles.html");
    const { code, stderr } = await cliHere(["report", models.circles, circles, "--targets", "radius", "--out", page]);
    expect(code, stderr).toBe(0);
    const text = readFileSync(page, "utf8");
    expect(text).toMatch(/<h1>radius is off by \d+\.\d+ on average on 40 validation photos<\/h1>/);
    const [scatter] = /<figure class="chart">.*?<\/figure>/s.exec(text)!;
    expect(scatter.match(/<circle /g)).toHaveLength(40);
    expect(text.match(/ instead of /g)).toHaveLength(9);
  }, 60_000);

  it("leave a network that can be trained on", async () => {
    const { code, stdout } = await cliHere(["inspect", models.circles]);
    expect(code, stdout).toBe(0);
    expect(stdout).toContain("a new head on 1280 features, in place of a classifier of 1,283");
  });

  it("cannot be weighed, nor made probabilities", async () => {
    const weighed = await cliHere(["train", circles, "--targets", "radius", "--class-weights", "balanced"]);
    expect([weighed.code, weighed.stderr]).toEqual([1, expect.stringContaining("classes or labels for class-weights")]);
    const { code, stderr } = await cliHere(["export", models.circles, "--out", join(folder, "x"), "--softmax"]);
    expect([code, stderr]).toEqual([1, expect.stringContaining("no softmax of a regression model")]);
  });

  describePython("in Python's onnxruntime", ["numpy", "onnx", "onnxruntime", "PIL"], () => {
    it("are the same, in their own units", async () => {
      await using classifier = await loadClassifierOn<"regression">(host, models.circles);
      const { values } = await classifier.predict(plain);
      const there = JSON.parse(runPython(new URL("check_values.py", import.meta.url), models.circles, plain));
      expect(Math.abs(there.values[0] - values.radius!)).toBeLessThan(1e-4 * Math.abs(values.radius!));
      expect(there.metadata).toMatchObject({ problem_type: "regression", task: "regress" });
    });
  });
});

describe("a class of few photos", () => {
  const rare = "coat";
  const classes = [rare, "pullover"];
  const items = classes.flatMap((label) =>
    (["train", "valid"] as const).flatMap((split) => {
      const photos = photosIn(join(fashionMini, split, label));
      const few = split === "train" && label === rare ? photos.slice(0, 6) : photos;
      return few.map((image) => ({ image, label, split }));
    }),
  );

  const recallOf = async (options: Partial<LearnerOptions>) => {
    const all = { data: imageList(items), cache: { folder: cache }, batchSize: 16, ...options };
    await using learner = await createLearnerOn(host, all);
    await learner.fitOneCycle(4, 0.003);
    const { perClass } = await learner.validate();
    return perClass.find(({ label }) => label === rare)!.recall;
  };

  it("is found more often with weights from counts, and most surely in stratified batches", async () => {
    const weights = { name: "cross-entropy", classWeights: "balanced" } as const;
    const recalls: Record<string, number[]> = { unweighted: [], weighted: [], stratified: [] };
    for (const seed of [1, 42]) {
      recalls.unweighted!.push(await recallOf({ seed }));
      recalls.weighted!.push(await recallOf({ seed, loss: weights }));
      recalls.stratified!.push(await recallOf({ seed, loss: weights, batches: "stratified" }));
    }
    console.info("recall of a class with 6 of 66 photos:", JSON.stringify(recalls));
    // Seeds 1, 2, 3 and 42 gave 0.00; 0.75, 0.50, 0.55 and 0.10, as batches happened to have photos of it; 0.60 to 0.65.
    expect(Math.max(...recalls.unweighted!)).toBeLessThan(0.1);
    expect(recalls.weighted!.reduce((sum, recall) => sum + recall / 2, 0)).toBeGreaterThan(0.3);
    expect(Math.min(...recalls.stratified!)).toBeGreaterThan(0.5);
  }, 60_000);
});
