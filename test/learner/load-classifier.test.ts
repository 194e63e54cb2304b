import { describe, expect, it, vi } from "vitest";
import { defaultTransform } from "../../src/datasets/transform.js";
import type { Host } from "../../src/learner/border/host.js";
import { loadClassifierOn } from "../../src/learner/load-classifier.js";
import { toPreprocessorConfig } from "../../src/models/preprocessor-config.js";
import { writeModel } from "../../src/onnx/write.js";
import { refusal } from "../helpers/refusal.js";
import { tinyModel } from "../helpers/tiny-network.js";
import { memoryFiles, portHost, tinyPlatform } from "../helpers/tiny-platform.js";

const exported = memoryFiles(
  new Map<string, string | Uint8Array>([
    ["pets/onnx/model.onnx", writeModel(tinyModel())],
    ["pets/config.json", '{"id2label": {"0": "cat", "1": "dog"}}'],
    ["pets/preprocessor_config.json", JSON.stringify(toPreprocessorConfig(defaultTransform))],
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
    await refusal(() => loadClassifierOn(host, "pets", { device: "webgpu" as never }), "device-unavailable", "cpu");
    expect(closed).toHaveBeenCalledTimes(2);
  });
});
