// Training that goes on from the classifier of the network itself: an export's, or that of any model that names its classes.
import { describe, expect, it } from "vitest";
import { imageList } from "../../../../src/datasets/image-list.js";
import type { LearnerOptions } from "../../../../src/learner/options.js";
import { refusal } from "../../../helpers/refusal.js";
import { colourItems } from "../../../helpers/tiny-platform.js";
import { changed, convPhotos, openConv, watchedPlatform } from "../../../helpers/unfreezing.js";

const head = "pretrained";
const images = convPhotos.map(({ image }) => image);

/** A trained learner, and one that goes on from its export. */
async function goingOn(options: Partial<LearnerOptions> = {}, next: Partial<LearnerOptions> = {}, unfreeze = false) {
  const { learner: first, platform } = await openConv(options);
  await first.fit(3, 0.1);
  if (unfreeze) {
    await first.unfreeze();
    await first.fit(2, 1e-3);
  }
  await first.exportOnnx("exported");
  const { learner, weights } = await openConv({ ...options, model: "exported", head, ...next }, platform);
  return { first, learner, weights, platform };
}

/** What both say of a photo and a class that both know is the same. */
async function differences(...learners: readonly Pick<Awaited<ReturnType<typeof goingOn>>["first"], "predict">[]) {
  const [before, after] = await Promise.all(learners.map((learner) => learner.predict(images)));
  return before!.flatMap(({ logits }, i) => [...logits].map((x, c) => Math.abs(x - after![i]!.logits[c]!)));
}

describe("pretrainedHead", () => {
  it("begins where the export ended, and goes on from there", async () => {
    const { first, learner } = await goingOn();
    const [before, after] = [await first.validate(), await learner.validate()];
    expect(after.loss).toBeCloseTo(before.loss, 5);
    expect(after.confusion).toEqual(before.confusion);
    expect(Math.max(...(await differences(first, learner)))).toBeLessThan(1e-5);
    expect(learner.info.notices).toEqual([]);
    const [epoch] = await learner.fit(1, 0.1);
    expect(epoch!.validLoss).toBeLessThan(before.loss);
  });

  it("begins there too when the whole network was trained, and the last layer of a head of several", async () => {
    const unfrozen = await goingOn({}, {}, true);
    expect(Math.max(...(await differences(unfrozen.first, unfrozen.learner)))).toBeLessThan(1e-5);
    const hidden = await goingOn({ head: { hidden: 5, dropout: 0 } });
    expect(Math.max(...(await differences(hidden.first, hidden.learner)))).toBeLessThan(1e-5);
    expect(hidden.learner.info.features).toBe(5);
  });

  it("begins at zero for new classes, leaves out those that are gone, and says so", async () => {
    const renamed = convPhotos.map((photo) => (photo.label === "red" ? { ...photo, label: "crimson" } : photo));
    const { first, learner } = await goingOn({}, { data: imageList(renamed) });
    expect(learner.classes).toEqual(["blue", "crimson", "green"]);
    const [before, after] = [await first.predict(images), await learner.predict(images)];
    for (const [i, { logits }] of after.entries()) {
      const [blue, green] = before[i]!.logits;
      for (const [c, expected] of [blue!, 0, green!].entries()) expect(logits[c]).toBeCloseTo(expected, 5);
    }
    expect(learner.info.notices).toEqual([
      "The head begins as exported/onnx/model.onnx's own classifier: new to it are crimson; dropped, as no photo has them, are red.",
    ]);
  });

  it("begins there for labels and for values, in these photos' units", async () => {
    const labelled = imageList(convPhotos.map(({ label, ...photo }) => ({ ...photo, labels: [label] }))) as never;
    const labels = await goingOn({ data: labelled });
    expect(Math.max(...(await differences(labels.first, labels.learner)))).toBeLessThan(1e-5);
    const valued = (factor: number) =>
      imageList(
        convPhotos.map(({ label, ...photo }, i) => ({ ...photo, target: factor * (i + label.length) })),
      ) as never;
    const values = await goingOn({ data: valued(1) }, { data: valued(3) });
    const say = async (learner: { predict: (paths: string[]) => Promise<unknown> }) =>
      ((await learner.predict(images)) as { values: Record<string, number> }[]).map(({ values }) => values.target!);
    const [before, after] = [await say(values.first), await say(values.learner)];
    expect(Math.max(...before) - Math.min(...before)).toBeGreaterThan(5);
    for (const [i, value] of after.entries()) expect(value).toBeCloseTo(before[i]!, 4);
  });

  it("is part of an export again", async () => {
    const { learner, weights } = await goingOn();
    const before = await weights();
    await learner.fit(1, 0.1);
    expect(changed(before, await weights())).toEqual(["classifier.weight", "classifier.bias"]);
  });

  it("refuses, with what to do, models without names, of other classes, and without a classifier of their own", async () => {
    const sentence = 'Take head "linear", which begins anew.';
    await refusal(() => openConv({ head }), "unsupported-model", "it names no classes", sentence);
    const platform = watchedPlatform();
    const { learner } = await openConv({}, platform);
    await learner.exportOnnx("exported");
    const others = imageList(colourItems(8).map((photo) => ({ ...photo, label: `dark ${photo.label}` })));
    const model = { model: "exported", head } as const;
    await refusal(
      () => openConv({ ...model, data: others }, platform),
      "invalid-argument",
      "exported/onnx/model.onnx has blue, green, red; the photos have dark blue, dark green, dark red.",
    );
    const valued = imageList(convPhotos.map(({ label, ...photo }, i) => ({ ...photo, target: i + label.length })));
    await refusal(
      () => openConv({ ...model, data: valued as never }, platform),
      "unsupported-model",
      "regression data",
    );
    await refusal(
      () => openConv({ ...model, cut: "Relu_8" }, platform),
      "unsupported-model",
      "no classifier was cut off",
      sentence,
    );
  });

  it("refuses an export whose names are not as many as its classes", async () => {
    const platform = watchedPlatform();
    const { learner } = await openConv({}, platform);
    await learner.exportOnnx("exported");
    platform.files.contents.set("exported/config.json", JSON.stringify({ id2label: { 0: "red", 1: "blue" } }));
    await refusal(
      () => openConv({ model: "exported", head }, platform),
      "unsupported-model",
      "names 2 classes",
      "has 3",
    );
  });
});
