import { describe, expect, it, vi } from "vitest";
import { imageFolder } from "../../src/datasets/image-folder.js";
import { imageList } from "../../src/datasets/image-list.js";
import { defaultTransform } from "../../src/datasets/transform.js";
import type { Host } from "../../src/learner/border/host.js";
import { loadClassifierOn } from "../../src/learner/load-classifier.js";
import { toPreprocessorConfig } from "../../src/models/preprocessor-config.js";
import { writeModel } from "../../src/onnx/write.js";
import { refusal } from "../helpers/refusal.js";
import { tinyModel } from "../helpers/tiny-network.js";
import { memoryFiles, portHost, tinyPlatform } from "../helpers/tiny-platform.js";

const { crop: _, ...whole } = defaultTransform;
const small = { ...whole, resize: { height: 4, width: 4 } };

const exported = memoryFiles(
  new Map<string, string | Uint8Array>([
    ["pets/onnx/model.onnx", writeModel(tinyModel())],
    ["pets/config.json", '{"id2label": {"0": "cat", "1": "dog"}}'],
    ["pets/preprocessor_config.json", JSON.stringify(toPreprocessorConfig(small))],
  ]),
);

function watchedHost() {
  const { connect } = portHost(tinyPlatform({ files: exported }));
  const closed = vi.fn();
  const host: Host = {
    connect: vi.fn((kind) => {
      const connection = connect(kind);
      return { ...connection, close: () => connection.close().then(closed) };
    }) as Host["connect"],
  };
  return { host, closed };
}

describe("loadClassifierOn", () => {
  it("tells what it has opened", async () => {
    const { host } = watchedHost();
    await using classifier = await loadClassifierOn(host, "pets", { device: "cpu" });
    expect(classifier.info).toEqual({
      task: "single-label",
      classes: ["cat", "dog"],
      device: "cpu",
      reasons: { device: "cpu: as asked for" },
      notices: [],
    });
    expect([classifier.classes, classifier.device]).toEqual([["cat", "dog"], "cpu"]);
  });

  it("predicts one image or many, and tells of its progress", async () => {
    const { host } = watchedHost();
    await using classifier = await loadClassifierOn(host, "pets");
    expect(classifier.classes).toEqual(["cat", "dog"]);
    const one = await classifier.predict("photos/red/1");
    expect(one.scores.map(({ label }) => label).toSorted()).toEqual(["cat", "dog"]);
    const progress = vi.fn();
    const many = await classifier.predict(["photos/red/1", "photos/blue/1"], { onProgress: progress });
    expect(many.map(({ index }) => index)).toEqual([one.index, expect.any(Number)]);
    expect(progress.mock.calls).toEqual([[{ phase: "predict", done: 2, total: 2 }]]);
  });

  it("refuses an unreadable image, and goes on", async () => {
    const { host } = watchedHost();
    await using classifier = await loadClassifierOn(host, "pets", { device: { name: "cpu", threads: 1 } });
    await refusal(() => classifier.predict("photos/broken"), "unreadable-image");
    await refusal(() => classifier.predict(5 as never), "invalid-argument", "predict's image");
    expect((await classifier.predict("photos/red/1")).label).toBeTypeOf("string");
  });

  it("is tried on labelled photos, of lists in any order and number", async () => {
    const { host } = watchedHost();
    await using classifier = await loadClassifierOn(host, "pets");
    const items = Array.from({ length: 1100 }, (_, i) => ({
      image: `photos/${i % 2 ? "red" : "blue"}/${i % 40}`,
      label: i % 3 ? "dog" : "cat",
      name: `${i}`,
    }));
    const onProgress = vi.fn();
    const result = await classifier.evaluate(imageList(items), { metrics: ["errorRate"], onProgress });
    expect(result).toMatchObject({ photos: 1100, skipped: [] });
    expect(result.metrics).toEqual({ errorRate: 1 - result.accuracy });
    expect(result.perClass.map(({ label, count }) => [label, count])).toEqual([
      ["cat", 367],
      ["dog", 733],
    ]);
    const predictions = await classifier.predict(items.map(({ image }) => image));
    const right = predictions.filter((prediction, i) => prediction.label === items[i]!.label).length;
    expect(result.accuracy).toBe(right / 1100);
    const loss = predictions.reduce((sum, { scores }, i) => {
      const { probability } = scores.find((score) => score.label === items[i]!.label)!;
      return sum - Math.log(probability);
    }, 0);
    expect(result.loss).toBeCloseTo(loss / 1100, 3);
    expect(onProgress).toHaveBeenLastCalledWith({ phase: "evaluate", done: 1100, total: 1100 });
  });

  it("is tried on the photos that validate, or on others when it is told so", async () => {
    const { host } = watchedHost();
    await using classifier = await loadClassifierOn(host, "pets");
    const splits = ["train", "train", "valid"] as const;
    const data = imageList(splits.map((split, i) => ({ image: `photos/red/${i}`, label: "dog", split })));
    const counts = [undefined, "valid", "train", "all"].map(async (split) => {
      const { photos } = await classifier.evaluate(data, split ? { split: split as "all" } : {});
      return photos;
    });
    // One at a time: another may only begin when the one before is done.
    await expect(Promise.all(counts)).rejects.toMatchObject({ code: "busy", details: { running: "evaluate" } });
    await counts[0];
    const counted: number[] = [];
    for (const split of ["valid", "train", "all"] as const)
      counted.push((await classifier.evaluate(data, { split })).photos);
    expect([await counts[0], ...counted]).toEqual([1, 1, 2, 3]);
  });

  it("refuses labels it does not know and too many broken photos, can be stopped, and goes on", async () => {
    const { host } = watchedHost();
    await using classifier = await loadClassifierOn(host, "pets");
    const strange = imageList([{ image: "photos/red/1", label: "cow" }]);
    await refusal(() => classifier.evaluate(strange), "invalid-dataset", "does not know cow", "cat, dog");
    const broken = imageList([{ image: "photos/broken", label: "cat" }]);
    await refusal(() => classifier.evaluate(broken), "too-many-unreadable", "maxSkipped = 0.1");
    await refusal(() => classifier.evaluate(imageFolder("nowhere")), "invalid-dataset", "nowhere");
    const data = imageList(Array.from({ length: 200 }, (_, i) => ({ image: `photos/red/${i}`, label: "cat" })));
    const controller = new AbortController();
    const onProgress = () => controller.abort(new Error("enough"));
    await expect(classifier.evaluate(data, { signal: controller.signal, onProgress })).rejects.toThrow("enough");
    expect((await classifier.evaluate(data)).photos).toBe(200);
  });

  it("is over once it is disposed, twice is once", async () => {
    const { host, closed } = watchedHost();
    const classifier = await loadClassifierOn(host, "pets");
    await classifier.dispose();
    await classifier.dispose();
    expect(closed).toHaveBeenCalled();
    await refusal(() => classifier.predict("photos/red/1"), "disposed", "This classifier is disposed");
  });

  it("starts nothing for what is wrong from the start", async () => {
    const { host } = watchedHost();
    await refusal(() => loadClassifierOn(host, ""), "invalid-argument");
    await refusal(() => loadClassifierOn(host, undefined as never), "invalid-argument");
    await refusal(() => loadClassifierOn(host, "pets", { device: 1 as never }), "invalid-argument", "device");
    await expect(loadClassifierOn(host, "pets", { signal: AbortSignal.abort(new Error("no")) })).rejects.toThrow("no");
    expect(host.connect).not.toHaveBeenCalled();
  });

  it("closes the connection when the folder cannot be opened", async () => {
    const { host, closed } = watchedHost();
    await refusal(() => loadClassifierOn(host, "nowhere/"), "file-access");
    await refusal(() => loadClassifierOn(host, "pets", { device: "wasm" }), "device-unavailable", "cpu");
    expect(closed).toHaveBeenCalledTimes(2);
  });
});
