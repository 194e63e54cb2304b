// What is exported after layers were trained: a network in inference form, which predicts as the learner does and can be
// trained again.
import { describe, expect, it } from "vitest";
import { imageList } from "../../src/datasets/image-list.js";
import { loadClassifierOn } from "../../src/learner/load-classifier.js";
import type { LearnerOptions } from "../../src/learner/options.js";
import { readModel } from "../../src/onnx/read.js";
import { convGroups } from "../helpers/conv-network.js";
import { largestDifference } from "../helpers/difference.js";
import { portHost } from "../helpers/tiny-platform.js";
import { changed, convPhotos, type Opened, openConv, weightsOf } from "../helpers/unfreezing.js";

const images = convPhotos.map(({ image }) => image);
const device = { name: "cpu", threads: 1 } as const;

/** Trained above the first groups, and exported to `out`. */
async function exported(options: Partial<LearnerOptions> = {}, first = 0): Promise<Opened> {
  const opened = await openConv(options);
  await opened.learner.fit(2, 0.1);
  await opened.learner.freezeTo(first);
  await opened.learner.fit(3, 0.05);
  await opened.learner.exportOnnx("out");
  return opened;
}

const bytesOf = ({ platform }: Opened): Uint8Array => platform.files.contents.get("out/onnx/model.onnx") as Uint8Array;

const operatorsOf = (bytes: Uint8Array): string[] =>
  readModel(bytes, { source: "out" }).graph.nodes.map(({ opType }) => opType);

const stages = Array(3).fill(["Conv", "BatchNormalization", "Relu"]).flat();

describe.each<[string, Partial<LearnerOptions>, number, readonly string[]]>([
  ["all layers", {}, 0, ["Gemm"]],
  ["the last layers", {}, 2, ["Gemm"]],
  ["norms that learn their statistics", { batchNorm: "trained", optimizer: "adamw" }, 1, ["Gemm"]],
  [
    "a head with dropout",
    { head: { hidden: 6, dropout: 0.5 } },
    0,
    ["BatchNormalization", "Gemm", "Relu", "BatchNormalization", "Gemm"],
  ],
])("after training %s", (_, options, first, head) => {
  it("predicts as the learner does, in inference form", async () => {
    const opened = await exported(options, first);
    const ours = await opened.learner.predict(images);
    await using classifier = await loadClassifierOn(portHost(opened.platform), "out", { device });
    const theirs = await classifier.predict(images);
    for (const [i, { logits, label }] of ours.entries()) {
      expect(largestDifference(theirs[i]!.logits, logits)).toBeLessThan(1e-4);
      expect(theirs[i]!.label).toBe(label);
    }
    const { accuracy, loss } = await opened.learner.validate();
    const evaluation = await classifier.evaluate(imageList(convPhotos));
    expect(evaluation.accuracy).toBe(accuracy);
    expect(evaluation.loss).toBeCloseTo(loss, 4);
    const operators = operatorsOf(bytesOf(opened));
    expect(operators.slice(0, stages.length)).toEqual(stages);
    expect(operators.slice(-head.length)).toEqual(head);
  });
});

it("is the same whether layers are frozen again before or not, and again for the same training", async () => {
  const opened = await exported();
  const before = weightsOf(bytesOf(opened));
  await opened.learner.freeze();
  await opened.learner.exportOnnx("out");
  expect(changed(before, weightsOf(bytesOf(opened)))).toEqual([]);
  expect(bytesOf(await exported())).toEqual(bytesOf(await exported()));
});

it("can be opened and unfrozen again: it begins where the first one ended", async () => {
  const opened = await exported();
  const first = weightsOf(bytesOf(opened));
  const items = convPhotos.map((item) => ({ ...item, label: item.label === "red" ? "warm" : "cold" }));
  const again = await openConv({ model: "out", data: imageList(items), image: {} }, opened.platform);
  expect(again.learner.classes).toEqual(["cold", "warm"]);
  expect(again.learner.layerGroups().slice(0, 3)).toEqual(convGroups.map((group) => ({ ...group, trained: false })));
  const start = await again.weights();
  const layers = (names: readonly string[]) => names.filter((name) => name.startsWith("stage"));
  expect(layers(changed(first, start))).toEqual([]);
  await again.learner.fineTune(2, { lr: 0.1 });
  expect(layers(changed(start, await again.weights()))).toHaveLength(9);
});
