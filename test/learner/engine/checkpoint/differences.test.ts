import { describe, expect, it } from "vitest";
import { imageFolder } from "../../../../src/datasets/image-folder.js";
import { bitNotices, specDifferences } from "../../../../src/learner/engine/checkpoint/differences.js";
import type { LearnerFacts } from "../../../../src/learner/engine/checkpoint/manifest.js";
import { type LearnerOptions, toSpec } from "../../../../src/learner/options.js";
import { manifest } from "../../../helpers/checkpoint-content.js";

const described = (options: Partial<LearnerOptions> = {}, facts: Partial<LearnerFacts> = {}) => ({
  spec: toSpec({ data: imageFolder("photos"), ...options }),
  learner: { ...manifest.learner, ...facts },
});
/** As read from a file. */
const saved = { spec: manifest.spec, learner: manifest.learner };

describe("specDifferences", () => {
  it.each<[string, Partial<LearnerOptions>]>([
    ['head.kind was "linear", now "mlp"', { head: "fastai" }],
    ["optimizer.momentum was 0.9, now 0.5", { optimizer: { name: "sgd", momentum: 0.5 } }],
    ["seed was 42, now 43", { seed: 43 }],
    ["batchSize was 64, now 32", { batchSize: 32 }],
    ["clipNorm was not given, now 1", { clipNorm: 1 }],
    ['cut was not given, now "pool"', { cut: "pool" }],
    ['layerGroups was not given, now ["a"]', { layerGroups: ["a"] }],
    ["loss.labelSmoothing was 0, now 0.1", { loss: { name: "cross-entropy", labelSmoothing: 0.1 } }],
    ['batchNorm was "frozen", now "trained"', { batchNorm: "trained" }],
    ["image.mean was not given, now [0,0,0]", { image: { mean: [0, 0, 0] } }],
  ])("says: %s", (difference, options) => {
    expect(specDifferences(saved, described(options))).toContain(difference);
    expect(specDifferences(saved, described())).toEqual([]);
  });

  it("compares options that nobody has thought of here", () => {
    const spec = { ...saved.spec, novelty: { flip: true, angle: 10 } } as typeof saved.spec;
    const now = { ...saved.spec, novelty: { flip: true, angle: 20 } } as typeof saved.spec;
    expect(specDifferences({ ...saved, spec }, { ...saved, spec: now })).toEqual(["novelty.angle was 10, now 20"]);
  });

  it("passes over where things lie, and what does not touch the training", () => {
    const options = {
      data: imageFolder("moved"),
      model: "downloads/tiny.onnx",
      device: { name: "cpu", threads: 1 },
      microBatch: 4,
      cache: { folder: "cache" },
      metrics: ["top5"],
      image: { maxSkipped: 0.5 },
    } as const;
    expect(specDifferences(saved, described(options))).toEqual([]);
  });

  it("names another network", () => {
    expect(specDifferences(saved, described({}, { network: "cd", model: "resnet34" }))).toEqual([
      "the network was another (tiny, now resnet34)",
    ]);
  });
});

describe("bitNotices", () => {
  it("are none where all is as it was", () => {
    expect(bitNotices(saved, described())).toEqual([]);
  });

  it("name the device, the threads and how batches are divided", () => {
    const notices = bitNotices(
      saved,
      described({ device: { name: "cpu", threads: 1 } }, { device: "webgpu", rowsPerRun: 16 }),
    );
    expect(notices.map((notice) => /^The checkpoint was made (.*): results will not/.exec(notice)?.[1])).toEqual([
      "on the device cpu, now it is webgpu",
      "with threads by default, now it is 1",
      "with photos per run whole batches, now it is 16",
    ]);
  });
});
