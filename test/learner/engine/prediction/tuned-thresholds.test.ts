// Labels and values through a whole learner of a few nodes: what it is told, what it tells, what it exports.
import { describe, expect, it } from "vitest";
import { imageList } from "../../../../src/datasets/image-list.js";
import { createLearnerOn } from "../../../../src/learner/create-learner.js";
import { loadClassifierOn } from "../../../../src/learner/load-classifier.js";
import type { LearnerOptions } from "../../../../src/learner/options.js";
import { refusal } from "../../../helpers/refusal.js";
import { colours, portHost, tinyPlatform } from "../../../helpers/tiny-platform.js";

const count = 180;
const photoAt = (i: number) => `photos/${colours[i % 3]}/${i}`;
/** Warm is red, bright is what is not blue: the labels overlap, and blue photos have none. */
const tags = imageList(
  Array.from({ length: count }, (_, i) => ({
    image: photoAt(i),
    labels: i % 3 === 2 ? ["warm", "bright"] : i % 3 === 1 ? ["bright"] : [],
  })),
);
const redness = imageList(
  Array.from({ length: count }, (_, i) => ({ image: photoAt(i), target: i % 3 === 2 ? 150 : 50 })),
);

const tiny = { model: "tiny", batchSize: 16, device: { name: "cpu", threads: 1 } } as const;

describe("a learner of labels", () => {
  it("learns them, tunes thresholds, and goes by them from then on, as does its export", async () => {
    const platform = tinyPlatform();
    const host = portHost(platform);
    await using learner = await createLearnerOn(host, { ...tiny, data: tags, batches: "stratified" });
    expect(learner.info).toMatchObject({ task: "multi-label", classes: ["bright", "warm"], metrics: ["f1", "mAP"] });
    // A linear head starts at zero.
    expect((await learner.validate()).loss).toBeCloseTo(Math.log(2), 6);
    const results = await learner.fitOneCycle(8, 0.5);
    expect(results.at(-1)!.metrics.mAP).toBeGreaterThan(0.85);
    expect("accuracy" in results.at(-1)!).toBe(false);
    const before = await learner.validate();
    expect(before.perLabel.map(({ threshold }) => threshold)).toEqual([0.5, 0.5]);
    const tuned = await learner.tuneThresholds();
    expect(Object.keys(tuned)).toEqual(["bright", "warm"]);
    const after = await learner.validate();
    expect(after.perLabel.map(({ threshold }) => threshold)).toEqual(Object.values(tuned));
    for (const [i, { f1 }] of after.perLabel.entries()) expect(f1).toBeGreaterThanOrEqual(before.perLabel[i]!.f1);
    const photos = [0, 1, 2].map(photoAt);
    const predictions = await learner.predict(photos);
    for (const { labels, scores } of predictions)
      expect(labels).toEqual(
        scores.filter(({ label, probability }) => probability > tuned[label]!).map(({ label }) => label),
      );
    await learner.save("tags.checkpoint");
    await learner.fit(1, 0.1);
    await using again = await createLearnerOn(host, { ...tiny, data: tags, batches: "stratified" });
    await again.load("tags.checkpoint");
    expect(await again.predict(photos)).toEqual(predictions);
    await learner.load("tags.checkpoint");
    const { perLabel, confusion } = await learner.interpret({ topLosses: 0 });
    expect(perLabel.map(({ label, threshold }) => [label, threshold])).toEqual(Object.entries(tuned));
    await learner.exportOnnx("tags", { sigmoid: true });
    const config = JSON.parse(String(platform.files.contents.get("tags/config.json")));
    expect(config).toMatchObject({ problem_type: "multi_label_classification", thresholds: tuned });
    await using classifier = await loadClassifierOn<"multi-label">(host, "tags", { device: tiny.device });
    const exported = await classifier.predict(photos);
    expect(exported.map(({ labels }) => labels)).toEqual(predictions.map(({ labels }) => labels));
    expect((await classifier.interpret(tags, { topLosses: 0, split: "valid" })).confusion).toEqual(confusion);
    const evaluated = await classifier.evaluate(tags, { metrics: ["accuracyMulti", "f1"] });
    expect(evaluated.photos).toBe(count);
    expect(evaluated.metrics.accuracyMulti).toBeGreaterThan(0.85);
    const classes = imageList([{ image: photoAt(0), label: "warm" }]);
    await refusal(() => classifier.evaluate(classes as never), "invalid-dataset", "it is a dataset of classes");
  });

  it("refuses a softmax of its export", async () => {
    await using learner = await createLearnerOn(portHost(tinyPlatform()), { ...tiny, data: tags });
    await refusal(() => learner.exportOnnx("tags", { softmax: true }), "invalid-argument", "Take sigmoid");
  });

  it("lets few photos with a label count more", async () => {
    const rare = imageList(
      Array.from({ length: 240 }, (_, i) => ({ image: photoAt(i), labels: i % 12 === 2 ? ["warm"] : [] })),
    );
    const recallOf = async (loss: LearnerOptions<"multi-label">["loss"]) => {
      await using learner = await createLearnerOn(portHost(tinyPlatform()), { ...tiny, data: rare, loss: loss! });
      await learner.fit(10, 0.5);
      return (await learner.validate()).perLabel[0]!.recall;
    };
    expect(await recallOf({ name: "bce", posWeights: "balanced" })).toBeGreaterThan(await recallOf("bce"));
  });
});

describe("a learner of values", () => {
  it.each(["mse", "mae"] as const)("starts at the mean, learns by %s, and exports their own units", async (loss) => {
    const platform = tinyPlatform();
    const host = portHost(platform);
    await using learner = await createLearnerOn(host, { ...tiny, data: redness, loss });
    const mean = (await learner.predict(photoAt(0))).values.target!;
    expect(mean).toBeGreaterThan(50);
    expect(mean).toBeLessThan(150);
    await learner.fitOneCycle(8, 0.05);
    const { metrics, perTarget } = await learner.validate();
    expect(metrics.r2).toBeGreaterThan(0.25);
    expect(perTarget[0]!.name).toBe("target");
    const [dark, red] = await learner.predict([0, 2].map(photoAt));
    expect(red!.values.target! - dark!.values.target!).toBeGreaterThan(50);
    await refusal(() => learner.tuneThresholds(), "invalid-argument", "regression data");
    await refusal(() => learner.exportOnnx("x", { softmax: true }), "invalid-argument", "no softmax");
    await learner.exportOnnx("values");
    expect(JSON.parse(String(platform.files.contents.get("values/config.json")))).toMatchObject({
      problem_type: "regression",
      id2label: { 0: "target" },
    });
    await using classifier = await loadClassifierOn<"regression">(host, "values", { device: tiny.device });
    expect((await classifier.predict(photoAt(2))).values.target).toBeCloseTo(red!.values.target!, 3);
    const { metrics: again, loss: squared } = await classifier.evaluate(redness, { metrics: ["mse"] });
    expect(squared).toBe(again.mse);
  });
});
