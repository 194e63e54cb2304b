// Learners that went on from an exported model, and grew: broken off and gone on with from a checkpoint, to the same bits.
import { describe, expect, it } from "vitest";
import { imageFolder } from "../../src/datasets/image-folder.js";
import { imageList } from "../../src/datasets/image-list.js";
import { loadLearnerOn } from "../../src/learner/checkpoint/load-learner.js";
import type { Learner } from "../../src/learner/learner.js";
import type { LearnerOptions } from "../../src/learner/options.js";
import { memoryTree } from "../datasets/memory-tree.js";
import { folder, timeless } from "../helpers/checkpointed.js";
import { refusal } from "../helpers/refusal.js";
import { portHost } from "../helpers/tiny-platform.js";
import { convPhotos, openConv, type WatchedPlatform, watchedPlatform, weightsOf } from "../helpers/unfreezing.js";

const paths = (root: string, labels: readonly string[], count: number) =>
  labels.flatMap((label) => Array.from({ length: count }, (_, i) => `${root}/${label}/${i}.png`));

const tree = memoryTree("all", [...paths("base", ["blue", "green", "red"], 8), ...paths("more", ["black", "red"], 6)]);
const base = imageFolder("all/base");

/** A platform with the export of a learner of these photos. */
async function exported(): Promise<WatchedPlatform> {
  const platform = { ...watchedPlatform(), photos: tree };
  const { learner } = await openConv({ data: base }, platform);
  await learner.fit(2, 0.1);
  await learner.unfreeze();
  await learner.fit(1, 1e-3);
  await learner.exportOnnx("exported");
  return platform;
}

const goesOn = { model: "exported", head: "pretrained", data: base, batchSize: 5 } as const;

const grow = async (learner: Learner): Promise<void> => {
  await learner.addPhotos(imageFolder("all/more"));
  await learner.mergeClasses(["blue", "green"], "cold");
};

async function outcomeOf(learner: Learner, platform: WatchedPlatform) {
  await learner.exportOnnx("weights");
  return {
    weights: weightsOf(platform.files.contents.get("weights/onnx/model.onnx") as Uint8Array),
    history: timeless(learner.history),
    classes: learner.classes,
    trained: learner.layerGroups().map(({ trained }) => trained),
  };
}

/** A fit of three epochs that is broken off after so many runs, each of which has a checkpoint. */
async function brokenOff(learner: Learner, runs: number): Promise<void> {
  const controller = new AbortController();
  let told = 0;
  const afterSteps = () => void (++told === runs && controller.abort(new Error("enough")));
  const checkpoint = { folder, everySeconds: 0 };
  const fit = learner.fitOneCycle(3, 0.1, { signal: controller.signal, checkpoint, callbacks: [{ afterSteps }] });
  await expect(fit).rejects.toThrow("enough");
}

describe("a learner that went on from an export", () => {
  it.each<[string, number, Partial<LearnerOptions>, (learner: Learner) => Promise<void>]>([
    ["as it was", 1, {}, async () => {}],
    ["all of it unfrozen", 2, { optimizer: "adamw" }, (learner) => learner.unfreeze()],
    ["grown by photos and a merge", 3, {}, grow],
    [
      "trained, grown and unfrozen further, with views of photos",
      5,
      { augment: { views: 2 } },
      async (learner) => {
        await learner.fit(1, 0.1);
        await grow(learner);
        await learner.freezeTo(2);
      },
    ],
  ])("%s, broken off after %i runs of steps, is gone on with to the same bits", async (_, runs, options, prepare) => {
    const platform = await exported();
    const whole = await openConv({ ...goesOn, ...options }, platform);
    await prepare(whole.learner);
    await whole.learner.fitOneCycle(3, 0.1);
    const expected = await outcomeOf(whole.learner, platform);

    const broken = await openConv({ ...goesOn, ...options }, platform);
    await prepare(broken.learner);
    await brokenOff(broken.learner, runs);
    await broken.learner.dispose();
    await using loaded = await loadLearnerOn(portHost(platform), folder);
    expect(loaded.info.notices).toEqual([]);
    expect((await loaded.resume()).length).toBeGreaterThan(0);
    expect(await outcomeOf(loaded, platform)).toEqual(expected);
  });
});

describe("a checkpoint of a learner that went on from an export and grew", () => {
  it("loads in one that has grown the same way, whatever head that began with", async () => {
    const platform = await exported();
    const { learner } = await openConv(goesOn, platform);
    await grow(learner);
    await brokenOff(learner, 2);
    const other = await openConv({ ...goesOn, head: "linear" }, platform);
    await refusal(() => other.learner.load(folder), "checkpoint-mismatch", "classes are gone: black, cold");
    await grow(other.learner);
    await other.learner.load(folder);
    const [epochs] = [await other.learner.resume(), await learner.resume()];
    expect(epochs).toHaveLength(3);
    expect(await outcomeOf(other.learner, platform)).toEqual(await outcomeOf(learner, platform));
  });

  it("is of another training once the export is another", async () => {
    const platform = await exported();
    const { learner } = await openConv(goesOn, platform);
    await learner.save(folder);
    await learner.fit(1, 0.1);
    await learner.unfreeze();
    await learner.fit(1, 1e-3);
    await learner.exportOnnx("exported");
    const loading = () => loadLearnerOn(portHost(platform), folder);
    await refusal(
      loading,
      "checkpoint-mismatch",
      "the network was another (exported/onnx/model.onnx has changed since)",
    );
  });
});

describe("classes", () => {
  it("may be called anything, in checkpoints, exports and what grows of them", async () => {
    const platform = watchedPlatform();
    const names = { blue: "__proto__", green: "constructor", red: "not finite" };
    const data = imageList(convPhotos.map((photo) => ({ ...photo, label: names[photo.label] })));
    const classWeights: Record<string, number> = JSON.parse('{ "__proto__": 3, "constructor": 2, "not finite": 4 }');
    const options = { data, loss: { name: "cross-entropy", classWeights }, metrics: ["macroF1"] } as const;
    const cat = 'ünï 猫 \u{1f431} "q" \\ /';
    const grown = async () => {
      const { learner } = await openConv(options, platform);
      await learner.renameClass("constructor", "hasOwnProperty");
      const black = [0, 1].map((i) => ({ image: `photos/black/${i}`, label: "toString" }));
      await learner.addPhotos(imageList(black));
      await learner.mergeClasses(["toString", "hasOwnProperty"], cat);
      return learner;
    };
    const learner = await grown();
    await learner.fit(2, 0.1, { checkpoint: folder });
    expect(learner.classes).toEqual(["__proto__", "not finite", cat]);
    const other = await grown();
    await other.load(folder);
    const validation = await other.validate();
    expect(validation).toEqual(await learner.validate());
    expect(validation.perClass.map(({ label }) => label)).toEqual(learner.classes);
    await learner.exportOnnx("out");
    const next = await openConv({ data, model: "out", head: "pretrained" }, platform);
    expect(next.learner.info.notices).toEqual([
      expect.stringContaining(`new to it are constructor; dropped, as no photo has them, are ${cat}.`),
    ]);
  });
});
