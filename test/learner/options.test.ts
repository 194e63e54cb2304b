import { describe, expect, it } from "vitest";
import { imageFolder } from "../../src/datasets/image-folder.js";
import { type LearnerOptions, toSpec } from "../../src/learner/options.js";
import { refused } from "../helpers/refusal.js";

const data = imageFolder("photos");

/** Callers without types write anything. */
const specOf = (options: Record<string, unknown>) => toSpec({ data, ...options } as LearnerOptions);

describe("toSpec", () => {
  it("fills in every default", () => {
    expect(toSpec({ data })).toEqual({
      model: "efficientnet-lite0",
      data,
      head: { kind: "linear" },
      optimizer: { name: "sgd", momentum: 0.9, nesterov: false, weightDecay: 0, decayBiasAndNorm: true },
      clipNorm: undefined,
      batchNorm: "frozen",
      loss: { name: "cross-entropy", labelSmoothing: 0, classWeights: undefined },
      metrics: ["accuracy"],
      device: { name: "auto", threads: undefined },
      cache: { memoryLimit: 2147483648, folder: undefined },
      seed: 42,
      batchSize: 64,
      batches: "shuffled",
      image: { maxSkipped: 0.1 },
    });
  });

  it("keeps all that is given, and leaves the signal behind: it cannot cross to a worker", () => {
    const model = new Uint8Array([8, 8]);
    const image = { resize: { height: 9, width: 8 }, resample: "bicubic", mean: [0, 0, 0], std: [1, 1, 1] } as const;
    const spec = toSpec({
      model,
      data,
      head: { hidden: [64, 32], dropout: 0.2 },
      optimizer: { name: "adamw", beta1: 0.5, beta2: 0.9, eps: 1e-6, weightDecay: 1e-4, decayBiasAndNorm: false },
      layerGroups: ["layer1", "layer2"],
      clipNorm: 5,
      microBatch: 8,
      batchNorm: "trained",
      loss: { name: "cross-entropy", labelSmoothing: 0.1, classWeights: { cat: 2 } },
      metrics: ["macroF1", "top5", "errorRate"],
      device: { name: "cpu", threads: 2 },
      cache: { memoryLimit: 1000, folder: "features" },
      seed: 0,
      batchSize: 1,
      batches: "stratified",
      image: { ...image, crop: { height: 4, width: 4 }, maxPixels: 100, maxSkipped: 1 },
      signal: new AbortController().signal,
    });
    expect(spec).toEqual({
      model,
      data,
      head: { kind: "mlp", hidden: [64, 32], dropout: 0.2 },
      optimizer: { name: "adamw", beta1: 0.5, beta2: 0.9, eps: 1e-6, weightDecay: 1e-4, decayBiasAndNorm: false },
      layerGroups: ["layer1", "layer2"],
      clipNorm: 5,
      microBatch: 8,
      batchNorm: "trained",
      loss: { name: "cross-entropy", labelSmoothing: 0.1, classWeights: { cat: 2 } },
      metrics: ["macroF1", "top5", "errorRate"],
      device: { name: "cpu", threads: 2 },
      cache: { memoryLimit: 1000, folder: "features" },
      seed: 0,
      batchSize: 1,
      batches: "stratified",
      image: { ...image, crop: { height: 4, width: 4 }, maxPixels: 100, maxSkipped: 1 },
    });
    expect(structuredClone(spec)).toEqual(spec);
  });

  it("takes names for what has no other options", () => {
    expect(specOf({ optimizer: "adamw", loss: "cross-entropy", device: "cpu" })).toMatchObject({
      optimizer: { name: "adamw", beta1: 0.9 },
      loss: { labelSmoothing: 0 },
      device: { name: "cpu" },
    });
    expect(specOf({ loss: { name: "cross-entropy", classWeights: "balanced" } }).loss).toMatchObject({
      classWeights: "balanced",
    });
  });

  it.each([
    ["nothing", undefined],
    ["null", null],
    ["a string", "photos"],
    ["a list", [data]],
  ])("refuses %s in place of options", (_, options) => {
    expect(refused(() => toSpec(options as unknown as LearnerOptions)).name).toBe("createLearner's options");
  });

  it.each([
    ["createLearner's options", { batchsize: 32 }, "batchsize"],
    ["createLearner's options", { toString: 1 }, "toString"],
    ["optimizer", { optimizer: { name: "sgd", lr: 0.1 } }, "lr"],
    ["loss", { loss: { name: "cross-entropy", smoothing: 0.1 } }, "smoothing"],
    ["device", { device: { name: "cpu", thread: 2 } }, "thread"],
    ["head", { head: { hidden: 5, dropOut: 0.1 } }, "dropOut"],
    ["cache", { cache: { limit: 5 } }, "limit"],
    ["image", { image: { size: 224 } }, "size"],
  ])("refuses a name that is not known among %s", (name, options, stranger) => {
    const details = refused(() => specOf(options));
    expect(details).toMatchObject({ name, received: JSON.stringify(stranger) });
    expect(details.expected).toMatch(/^options among /);
  });

  it.each<[string, readonly unknown[]]>([
    ["model", ["", 5, null, [1, 2], new ArrayBuffer(8), {}]],
    ["data", [undefined, null, "photos", {}, { kind: "files" }]],
    ["head", ["mlp", null, 1]],
    ["optimizer", [null, 1, "adam", { name: "adam" }, { momentum: 0.5 }, ["sgd"]]],
    ["loss", [null, 1, "mse", { name: "focal" }, { labelSmoothing: 0.1 }, ["cross-entropy"]]],
    ["batches", [null, "sorted", true]],
    [
      "metrics",
      [
        ["f1"],
        ["mae"],
        null,
        "accuracy",
        {},
        ["acc"],
        ["top0"],
        ["top"],
        ["top1.5"],
        [undefined],
        [null],
        [5],
        ["toString"],
      ],
    ],
    ["device", [null, 1, { threads: 2 }, { name: 1 }, ["cpu"]]],
    ["cache", [null, 1, "2 GB", []]],
    ["clipNorm", [0, -1, Number.POSITIVE_INFINITY, "1", null]],
    ["microBatch", [0, -1, 65537, 1.5, "8", null]],
    ["batchNorm", [null, true, "train", {}]],
    ["seed", [-1, 0.5, 2 ** 32, Number.NaN, "42", null, 1n]],
    ["batchSize", [0, 65537, 1.5, Number.POSITIVE_INFINITY, "64", null]],
    ["image", [null, 224, "224", []]],
    ["signal", [null, {}, "now", new AbortController()]],
  ])("refuses wrong values of %s", (name, values) => {
    for (const value of values) expect(refused(() => specOf({ [name]: value })).name).toContain(name);
  });

  it.each<[string, (value: unknown) => Record<string, unknown>, readonly unknown[]]>([
    [
      "optimizer.momentum",
      (momentum) => ({ optimizer: { name: "sgd", momentum } }),
      [-0.1, 1, Number.NaN, "0.9", null],
    ],
    ["optimizer.nesterov", (nesterov) => ({ optimizer: { name: "sgd", nesterov } }), [1, "yes", null]],
    [
      "optimizer.weightDecay",
      (weightDecay) => ({ optimizer: { name: "sgd", weightDecay } }),
      [-1, Infinity, "0", null],
    ],
    [
      "loss.labelSmoothing",
      (labelSmoothing) => ({ loss: { name: "cross-entropy", labelSmoothing } }),
      [-0.1, 1, NaN, "0"],
    ],
    [
      "loss.classWeights",
      (classWeights) => ({ loss: { name: "cross-entropy", classWeights } }),
      [null, 1, "even", [1, 2]],
    ],
    ["layerGroups", (layerGroups) => ({ layerGroups }), ["relu", null, {}, [""], [1], ["relu", null]]],
    ["device.threads", (threads) => ({ device: { name: "cpu", threads } }), [0, -1, 1.5, 1025, "2", null]],
    ["cache.memoryLimit", (memoryLimit) => ({ cache: { memoryLimit } }), [0, -1, Number.NaN, "1GB", null]],
    ["cache.folder", (folder) => ({ cache: { folder } }), ["", 0, null, true, ["a"]]],
    ["image.maxSkipped", (maxSkipped) => ({ image: { maxSkipped } }), [-0.01, 1.01, Number.NaN, "0.1", null]],
  ])("refuses wrong values of %s", (name, options, values) => {
    for (const value of values) expect(refused(() => specOf(options(value))).name).toBe(name);
  });

  it("refuses Nesterov without momentum", () => {
    const optimizer = { name: "sgd", momentum: 0, nesterov: true };
    expect(refused(() => specOf({ optimizer })).name).toBe("optimizer.momentum");
  });

  it("accepts the ends of ranges", () => {
    const spec = specOf({ seed: 2 ** 32 - 1, batchSize: 65536, device: { name: "cpu", threads: 1024 } });
    expect(spec).toMatchObject({ seed: 4294967295, batchSize: 65536, device: { threads: 1024 } });
    expect(specOf({ cache: { memoryLimit: Number.POSITIVE_INFINITY } }).cache.memoryLimit).toBe(
      Number.POSITIVE_INFINITY,
    );
    expect(specOf({ image: { maxSkipped: 0 } }).image.maxSkipped).toBe(0);
  });

  it("says what was expected and what came", () => {
    expect(() => specOf({ seed: -1 })).toThrow(
      "Expected a whole number from 0 to 4294967295 for seed but received -1.",
    );
  });
});
