import { afterEach, describe, expect, it } from "vitest";
import { imageList } from "../../../../src/datasets/image-list.js";
import { type Classifier, loadClassifierOn } from "../../../../src/learner/load-classifier.js";
import { taskOptions } from "../../../helpers/conv-tasks.js";
import { refusal } from "../../../helpers/refusal.js";
import { portHost } from "../../../helpers/tiny-platform.js";
import { convPhotos, openConv } from "../../../helpers/unfreezing.js";

const opened: Classifier[] = [];
afterEach(async () => {
  for (const classifier of opened.splice(0)) await classifier.dispose();
});

/** A learner that has learnt a little, and its export. */
async function exported(options: Parameters<typeof openConv>[0] = {}) {
  const { learner, platform } = await openConv(options);
  await learner.lrFind({ runs: 2, steps: 30 });
  await learner.fit(2, 0.1);
  await learner.exportOnnx("out");
  const classifier = await loadClassifierOn(portHost(platform), "out", { device: { name: "cpu", threads: 1 } });
  opened.push(classifier);
  return { learner, platform, classifier };
}

const data = imageList(convPhotos);

describe("an exported classifier", () => {
  it.each([{ head: "linear" }, { head: "fastai" }] as const)("shows what its learner does: %o", async (options) => {
    const { learner, classifier } = await exported(options);
    const [own, found] = [await learner.interpret(), await classifier.interpret(data)];
    expect(found).toMatchObject({ confusion: own.confusion, mostConfused: own.mostConfused, photos: 9, skipped: [] });
    for (const [i, { name, heatMap, loss }] of found.topLosses.entries()) {
      expect(name).toBe(own.topLosses[i]!.name);
      expect(loss).toBeCloseTo(own.topLosses[i]!.loss, 4);
      expect(heatMap!.length).toBeGreaterThan(100);
    }
    const image = "photos/red/3";
    const [ownMap, map] = [
      await learner.gradCam(image, { layer: "4×4" }),
      await classifier.gradCam(image, { layer: "4×4" }),
    ];
    expect(map.label).toBe(ownMap.label);
    for (const [i, value] of map.map.entries()) expect(value).toBeCloseTo(ownMap.map[i]!, 4);
    const [ownFirst, first] = [await learner.activations(image), await classifier.activations(image)];
    expect(first[0]!.name).toBe(ownFirst[0]!.name);
    expect(first[0]!.data).toEqual(ownFirst[0]!.data);
  });

  it.each(["bce", "mse"] as const)("shows of labels and values what its learner does: %s", async (loss) => {
    const { learner, classifier } = await exported(taskOptions[loss]);
    const { data } = taskOptions[loss];
    if (loss === "bce") await learner.tuneThresholds();
    await learner.exportOnnx("out");
    const [own, found] = [await learner.interpret(), await classifier.interpret(data, { split: "valid" })];
    const names = ({ topLosses }: { readonly topLosses: readonly { readonly name: string }[] }) =>
      topLosses.map(({ name }) => name);
    expect(names(found)).toEqual(names(own));
    expect(found.photos).toBe(own.photos);
    expect(await learner.report()).toContain("<h2>Top losses</h2>");
    expect(await classifier.report(data)).toContain("All epochs");
  });

  it("reports with the training's curves, by the record beside it", async () => {
    const { classifier, platform } = await exported();
    const page = await classifier.report(data, { topLosses: 1 });
    for (const part of ["<code>fit(2, 0.1)</code>", "Learning-rate range test", "All epochs", "<h2>Top losses</h2>"])
      expect(page).toContain(part);
    platform.files.contents.set("out/training.json", "{}");
    await refusal(() => classifier.report(data), "invalid-model", "out/training.json");
    platform.files.contents.delete("out/training.json");
    expect(await classifier.report(data)).toContain("There is no record of the training");
  });

  it("refuses misspelt options and what is no image", async () => {
    const { classifier } = await exported();
    await refusal(() => classifier.interpret(data, { top: 3 } as never), "invalid-argument", "top");
    await refusal(() => classifier.gradCam(7 as never), "invalid-argument", "gradCam's image");
  });
});
