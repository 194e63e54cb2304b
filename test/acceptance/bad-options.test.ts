// Options and arguments that are wrong: refused before any work begins, by name.
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Learner } from "../../src/learner/learner.js";
import { createLearner, imageFolder, imageList, loadClassifier } from "../helpers/build.js";
import { copyFew } from "../helpers/photos.js";
import { refusal } from "../helpers/refusal.js";
import { imageClassifier } from "../helpers/small-models.js";
import { temporaryFolder } from "../helpers/temporary.js";

const folder = temporaryFolder();
const model = imageClassifier();
const data = imageFolder(copyFew(join(folder, "photos"), { classes: ["bag", "coat"], train: 10, valid: 3 }));

/** Callers without types write anything. */
const open = (options: object) => createLearner({ model, data, ...options } as Parameters<typeof createLearner>[0]);

describe("createLearner refuses", () => {
  it.each([
    ["model", [5, "", null, {}]],
    ["data", [undefined, null, "photos", {}, { kind: "table" }]],
    ["head", ["mlp", null, 1]],
    ["optimizer", ["adam", null, 3, { name: "adam" }, { name: "sgd", lr: 0.1 }]],
    [
      "optimizer.momentum",
      [
        { name: "sgd", momentum: 1 },
        { name: "sgd", momentum: "0.9" },
      ],
      "optimizer",
    ],
    ["optimizer.nesterov", [{ name: "sgd", nesterov: "yes" }], "optimizer"],
    ["optimizer.weightDecay", [{ name: "sgd", weightDecay: -1 }], "optimizer"],
    ["optimizer.beta2", [{ name: "adamw", beta2: 1 }], "optimizer"],
    ["clipNorm", [0, "1", null]],
    ["loss", ["mse", null, 3, { name: "mse" }, { name: "cross-entropy", smoothing: 0.1 }]],
    ["loss.labelSmoothing", [{ name: "cross-entropy", labelSmoothing: 1 }], "loss"],
    ["loss.classWeights", [{ name: "cross-entropy", classWeights: "equal" }], "loss"],
    ["metrics", ["accuracy", ["auc"], [5], null, {}]],
    ["device", [null, 5, [], { threads: 2 }, { name: "cpu", cores: 2 }]],
    [
      "device.threads",
      [
        { name: "cpu", threads: 0 },
        { name: "cpu", threads: 1.5 },
      ],
      "device",
    ],
    ["cache", [null, 5, { memory: 5 }]],
    ["cache.memoryLimit", [{ memoryLimit: 0 }, { memoryLimit: "2 GB" }], "cache"],
    ["seed", [-1, 0.5, Number.NaN, "42", null, 2 ** 32]],
    ["batchSize", [0, 1.5, "64", null, 65537]],
    ["image", [null, 5, [], { size: 224 }]],
    ["image.maxSkipped", [{ maxSkipped: 2 }, { maxSkipped: "all" }], "image"],
    ["signal", [{}, "stop", 5]],
    ["worker", [{}, 5, true]],
  ])("a wrong %s", async (name, values, option = name) => {
    for (const value of values) {
      const { details } = await refusal(() => open({ [option]: value }), "invalid-argument", "Expected", "received");
      expect(details.name).toBe(name);
    }
  });

  it.each([
    ["image.resize", { resize: { shortestEdge: 0 } }],
    ["image.crop", { crop: { height: 0, width: 28 } }],
    ["image.resample", { resample: "lanczos" }],
    ["image.mean", { mean: [0, 0] }],
    ["image.std", { std: [0, 1, 1] }],
    ["image.maxPixels", { maxPixels: 0 }],
  ])("a wrong %s, once the model's own is known", async (name, image) => {
    const { details } = await refusal(() => open({ image }), "invalid-argument", "Expected");
    expect(details.name).toContain(name);
  });

  it("an option that it does not know, class weights of classes that are not there, no options at all", async () => {
    await refusal(() => open({ batchsize: 32 }), "invalid-argument", '"batchsize"', "batchSize");
    const loss = { name: "cross-entropy", classWeights: { cat: 2 } };
    await refusal(() => open({ loss }), "invalid-argument", '"cat"', "bag, coat");
    await refusal(() => createLearner(undefined as never), "invalid-argument");
  });

  it("a device that is not there, naming those that are", async () => {
    const { details } = await refusal(
      () => open({ device: "wasm" }),
      "device-unavailable",
      '"wasm"',
      /Available: .*cpu\./,
    );
    expect(details.device).toBe("wasm");
    expect(details.available.at(-1)).toBe("cpu");
    await refusal(() => open({ device: { name: "abacus" } }), "device-unavailable", "cpu");
    await refusal(() => loadClassifier(folder, { device: "wasm" }), "device-unavailable", "cpu");
  });

  it("and so do imageFolder, imageList and loadClassifier", async () => {
    await refusal(() => imageFolder(""), "invalid-argument", "root");
    await refusal(() => imageFolder("photos", { validFraction: 1 }), "invalid-argument", "validFraction");
    await refusal(() => imageList([{ image: 5, label: "a" } as never]), "invalid-argument", "items[0].image");
    for (const path of ["", 5, undefined])
      await refusal(() => loadClassifier(path as never), "invalid-argument", "folder");
  });
});

describe("a learner refuses", () => {
  let learner: Learner;
  beforeAll(async () => {
    learner = await open({});
    await learner.prepare();
  });
  afterAll(() => learner.dispose());

  it("senseless epochs, rates, schedules and ranges", async () => {
    const calls: [string, () => Promise<unknown>][] = [
      ["epochs", () => learner.fit(0, 0.1)],
      ["epochs", () => learner.fitOneCycle(1.5, 0.1)],
      ["lr", () => learner.fit(1, Number.NaN)],
      ["lr", () => learner.fit(1, -1)],
      ["maxLr", () => learner.fitOneCycle(1, 0)],
      ["pctStart", () => learner.fitOneCycle(1, 0.1, { pctStart: 2 })],
      ["momenta", () => learner.fitOneCycle(1, 0.1, { momenta: [0.9, 2, 0.9] })],
      ["maxLr", () => learner.fitCyclical(1, { baseLr: 1, maxLr: 0.1 })],
      ["mode", () => learner.fitCyclical(1, { baseLr: 0.1, maxLr: 1, mode: "square" as never })],
      ["startLr", () => learner.lrFind({ startLr: 0 })],
      ["endLr", () => learner.lrFind({ startLr: 1, endLr: 0.1 })],
      ["steps", () => learner.lrFind({ steps: 1 })],
      ["runs", () => learner.lrFind({ runs: 0 })],
      ["beta", () => learner.lrFind({ beta: 1 })],
      ["epochs", () => learner.cyclicalRange({ epochs: 0 })],
    ];
    for (const [name, call] of calls) {
      const { details } = await refusal(call, "invalid-argument", "Expected");
      expect(details.name).toBe(name);
    }
    expect(learner.history).toEqual([]);
  });

  it("images and folders that are none", async () => {
    for (const image of [5, undefined, null, [5], {}])
      await refusal(() => learner.predict(image as never), "invalid-argument", "predict's image");
    for (const out of ["", 5, undefined])
      await refusal(() => learner.exportOnnx(out as never), "invalid-argument", "folder");
    expect(await learner.predict([])).toEqual([]);
  });

  it("a folder it may not write to", async () => {
    const file = join(folder, "a file");
    writeFileSync(file, "mine");
    await refusal(
      () => learner.exportOnnx(join(file, "out")),
      "file-access",
      "a file/out",
      "folder that you may write to",
    );
    await refusal(() => learner.exportOnnx(file), "file-access", "a file", "folder that you may write to");
    // Writing fails in the middle, at a folder in the place of a file: what is there stays, and nothing is added.
    mkdirSync(join(folder, "taken/config.json"), { recursive: true });
    await refusal(() => learner.exportOnnx(join(folder, "taken")), "file-access", "taken");
    expect(readdirSync(join(folder, "taken")).filter((name) => name.startsWith("."))).toEqual([]);
    expect(readdirSync(folder).sort()).toEqual(["a file", "photos", "taken"]);
  });

  it("a second training beside the first", async () => {
    const first = learner.fit(3, 0.1);
    await refusal(() => learner.lrFind(), "busy", "lrFind", "fit", "Await it first");
    const { details } = await refusal(() => learner.fitOneCycle(1, 0.1), "busy");
    expect(details).toEqual({ running: "fit" });
    expect(await first).toHaveLength(3);
    expect(learner.history).toHaveLength(3);
  });

  it("everything once it is disposed", async () => {
    const own = await open({});
    await own.dispose();
    await own.dispose();
    const calls = [() => own.prepare(), () => own.fit(1, 0.1), () => own.lrFind(), () => own.validate()];
    calls.push(
      () => own.predict([]) as never,
      () => own.exportOnnx(join(folder, "out")) as never,
    );
    for (const call of calls) await refusal(call, "disposed", "learner", "Create a new one");
  });
});
