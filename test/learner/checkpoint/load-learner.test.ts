import { describe, expect, it } from "vitest";
import { imageList } from "../../../src/datasets/image-list.js";
import { checkLoadOptions, type LoadOptions, loadLearnerOn } from "../../../src/learner/checkpoint/load-learner.js";
import { folder, onSameDisk, timeless } from "../../helpers/checkpointed.js";
import { taskOptions } from "../../helpers/conv-tasks.js";
import { refusal, refused } from "../../helpers/refusal.js";
import { portHost } from "../../helpers/tiny-platform.js";
import { convOptions, convPhotos, openConv, type WatchedPlatform } from "../../helpers/unfreezing.js";

const data = imageList(convPhotos);
const { model } = convOptions();

async function saved() {
  const platform = onSameDisk();
  const opened = await openConv({ seed: 7, head: { hidden: 5 }, metrics: ["macroF1"] }, platform);
  await opened.learner.freezeTo(1);
  await opened.learner.fit(2, 0.01);
  await opened.learner.save(folder, { note: "mine" });
  return { ...opened, platform };
}

const load = (platform: WatchedPlatform, options: LoadOptions) =>
  loadLearnerOn(portHost(onSameDisk(platform.storage as never)), folder, options);

describe("loadLearner", () => {
  it("makes the learner anew as it was, with all that it had learnt", async () => {
    const { learner, platform } = await saved();
    await using other = await load(platform, { model: model!, data });
    expect(other.history).toEqual(learner.history);
    expect(other.fits).toEqual(learner.fits);
    expect(other.layerGroups()).toEqual(learner.layerGroups());
    expect(other.layerGroups().map(({ trained }) => trained)).toEqual([false, true, true, true]);
    expect(await other.validate()).toEqual(await learner.validate());
    // Another fit is the same in both.
    expect(timeless(await other.fit(1, 0.01))).toEqual(timeless(await learner.fit(1, 0.01)));
    expect(await other.resume()).toEqual([]);
  });

  it("needs what was in memory: a list of photos, and a model's bytes", async () => {
    const { platform } = await saved();
    await refusal(() => load(platform, { data }), "invalid-argument", "the bytes of the network");
    await refusal(() => load(platform, { model: model! }), "invalid-argument", "the list of photos");
  });

  it("refuses other photos than it had", async () => {
    const { platform } = await saved();
    const fewer = imageList(convPhotos.slice(1));
    await refusal(
      () => load(platform, { model: model!, data: fewer }),
      "checkpoint-mismatch",
      "1 photo gone: photos/blue/0. Put the photos back as they were, or train anew",
    );
  });

  it("refuses photos with other labels than a class", async () => {
    const { platform } = await saved();
    const other = { model: model!, ...taskOptions.bce };
    await refusal(
      () => load(platform, other),
      "invalid-argument",
      "single-label data, as the checkpoint's learner had",
    );
  });

  it("refuses a folder without a checkpoint, and senseless options", async () => {
    await refusal(() => load(onSameDisk(), {}), "invalid-checkpoint", "there is none in this folder. Give the folder");
    const wrong = load(onSameDisk(), { epochs: 3 } as LoadOptions);
    await refusal(() => wrong, "invalid-argument", "loadLearner's options");
    expect(refused(() => checkLoadOptions(5)).name).toBe("loadLearner's options");
  });

  it("ends with the signal's reason", async () => {
    const { platform } = await saved();
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(load(platform, { model: model!, data, signal })).rejects.toThrow("enough");
  });
});
