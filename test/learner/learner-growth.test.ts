// A learner that grows, from outside: by photos more, by classes called otherwise, frozen and unfrozen, and its checkpoints.
import { describe, expect, it } from "vitest";
import { imageFolder } from "../../src/datasets/image-folder.js";
import { imageList } from "../../src/datasets/image-list.js";
import { loadLearnerOn } from "../../src/learner/checkpoint/load-learner.js";
import { writeModel } from "../../src/onnx/write.js";
import { memoryTree } from "../datasets/memory-tree.js";
import { convModel } from "../helpers/conv-network.js";
import { largestDifference } from "../helpers/difference.js";
import { refusal } from "../helpers/refusal.js";
import { portHost } from "../helpers/tiny-platform.js";
import { changed, convPhotos, openConv, watchedPlatform } from "../helpers/unfreezing.js";

const model = writeModel(convModel());
const images = convPhotos.map(({ image }) => image);
const side = (i: number) => (i % 4 === 3 ? "valid" : "train");
const black = Array.from({ length: 8 }, (_, i) => ({
  image: `photos/black/${i}`,
  label: "black",
  split: side(i) as "train" | "valid",
}));
const more = imageList(black);

type Learner = Awaited<ReturnType<typeof openConv>>["learner"];
const logitsOf = async (learner: Learner) => (await learner.predict(images)).map(({ logits }) => [...logits]);

describe("addPhotos", () => {
  it("brings a class more, which is trained on with the others, and learnt", async () => {
    const { learner, platform } = await openConv();
    await learner.fit(4, 0.1);
    const before = await logitsOf(learner);
    const decoded = platform.decoder.decode.mock.calls.length;
    await learner.addPhotos(more);
    expect(learner.classes).toEqual(["black", "blue", "green", "red"]);
    expect(learner.info.classes).toBe(learner.classes);
    expect(platform.decoder.decode).toHaveBeenCalledTimes(decoded);
    expect(await learner.prepare()).toMatchObject({ train: 27 + 6, valid: 9 + 2, stepsPerEpoch: 3 });
    expect(platform.decoder.decode).toHaveBeenCalledTimes(decoded + 8);
    const after = await logitsOf(learner);
    expect(after.map(([zero]) => zero)).toEqual(before.map(() => 0));
    expect(after.map(([, ...known]) => known)).toEqual(before);
    const [first] = await learner.fit(1, 0.1);
    const epochs = await learner.fit(6, 0.1);
    expect(epochs.at(-1)!.validLoss).toBeLessThan(first!.validLoss);
    expect(learner.history).toHaveLength(11);
    expect((await learner.validate()).confusion).toHaveLength(4);
  });

  it("trains on to what a learner made of all photos reaches", async () => {
    const [grown, fresh] = [await openConv(), await openConv({ data: imageList([...convPhotos, ...black]) })];
    await grown.learner.fit(10, 0.1);
    await grown.learner.addPhotos(more);
    await grown.learner.fit(10, 0.1);
    await fresh.learner.fit(20, 0.1);
    const [a, b] = [await grown.learner.validate(), await fresh.learner.validate()];
    expect(Math.abs(a.accuracy - b.accuracy)).toBeLessThanOrEqual(1 / 11 + 1e-9);
  });

  it("keeps what unfrozen layers have learnt, and the division", async () => {
    const { learner, weights, platform } = await openConv();
    await learner.fit(1, 0.1);
    await learner.freezeTo(1);
    await learner.fit(2, 0.01);
    const [before, groups, sessions] = [await weights(), learner.layerGroups(), platform.alive()];
    await learner.addPhotos(more);
    expect(platform.alive()).toEqual(sessions);
    expect(learner.layerGroups()).toEqual([
      ...groups.slice(0, -1),
      { name: "head", parameters: 4 * 8 + 4, trained: true },
    ]);
    const after = await weights();
    expect(changed(before, after).filter((name) => !name.startsWith("classifier"))).toEqual([]);
    await learner.fit(1, 0.01);
    await learner.freeze();
    await learner.fit(1, 0.1);
    await learner.unfreeze();
    await learner.mergeClasses(["black", "blue"], "dark");
    await learner.fit(1, 0.001);
    expect(learner.classes).toEqual(["dark", "green", "red"]);
  });

  it("grows a head of several layers: the hidden ones as they were, rows of known classes too", async () => {
    const { learner } = await openConv({ head: { hidden: 6, dropout: 0 } });
    await learner.fit(2, 0.1);
    const before = await logitsOf(learner);
    await learner.addPhotos(more);
    const after = await logitsOf(learner);
    expect(
      largestDifference(Float32Array.from(after.flatMap(([, ...known]) => known)), Float32Array.from(before.flat())),
    ).toBe(0);
  });

  it("lets nothing else train, refuses strangers, and can be cancelled", async () => {
    const { learner } = await openConv();
    const growing = learner.addPhotos(more);
    await refusal(() => learner.fit(1, 0.1), "busy", "addPhotos");
    await refusal(() => learner.renameClass("red", "amber"), "busy", "addPhotos");
    await growing;
    await refusal(() => learner.addPhotos({} as never), "invalid-argument", "imageFolder()");
    await refusal(() => learner.addPhotos(more, { signals: 1 } as never), "invalid-argument", "addPhotos's options");
    const labels = imageList([{ image: "photos/red/1", labels: ["red"] }]);
    await refusal(() => learner.addPhotos(labels as never), "invalid-argument", "addPhotos's data");
    const signal = AbortSignal.abort(new Error("no more"));
    await expect(learner.addPhotos(more, { signal })).rejects.toThrow("no more");
    expect(learner.classes).toEqual(["black", "blue", "green", "red"]);
  });
});

describe("renameClass and mergeClasses", () => {
  it("change what photos are said to be, and no logit of the others", async () => {
    const { learner } = await openConv();
    await learner.fit(3, 0.1);
    const before = await logitsOf(learner);
    await learner.renameClass("red", "amber");
    expect(learner.classes).toEqual(["amber", "blue", "green"]);
    expect(await logitsOf(learner)).toEqual(before.map(([blue, green, red]) => [red, blue, green]));
    await learner.mergeClasses(["blue", "green"], "cold");
    expect(learner.classes).toEqual(["amber", "cold"]);
    expect((await logitsOf(learner)).map(([amber]) => amber)).toEqual(before.map(([, , red]) => red));
    const [epoch] = await learner.fit(1, 0.1);
    expect(epoch!.accuracy).toBeGreaterThan(0.5);
  });

  it("are in exports", async () => {
    const { learner, platform } = await openConv();
    await learner.renameClass("red", "amber");
    await learner.exportOnnx("out");
    const { id2label } = JSON.parse(platform.files.contents.get("out/config.json") as string);
    expect(Object.values(id2label)).toEqual(["amber", "blue", "green"]);
  });

  it("refuse what is no name, and fewer than two classes", async () => {
    const { learner } = await openConv();
    for (const name of ["", 3, null, undefined]) {
      await refusal(() => learner.renameClass("red", name as never), "invalid-argument", "the name of a class");
      await refusal(() => learner.renameClass(name as never, "amber"), "invalid-argument", "the name of a class");
      await refusal(() => learner.mergeClasses(["red", "blue"], name as never), "invalid-argument", "name of a class");
      await refusal(() => learner.mergeClasses(["red", name as never], "x"), "invalid-argument", "name of a class");
    }
    for (const names of [[], ["red"], ["red", "red"], "red", undefined])
      await refusal(() => learner.mergeClasses(names as never, "x"), "invalid-argument", "two classes or more");
    await refusal(() => learner.renameClass("red", "blue"), "invalid-argument", "use mergeClasses");
  });
});

describe("checkpoints of a learner that has grown", () => {
  it("load in one that has grown the same way, and in no other", async () => {
    const platform = watchedPlatform();
    const { learner, weights } = await openConv({}, platform);
    await learner.addPhotos(more);
    await learner.renameClass("red", "amber");
    await learner.fit(2, 0.1);
    await learner.save("kept");
    const saved = await weights();
    const other = await openConv({}, platform);
    const grow = "It had grown: make the learner as that began, call addPhotos, renameClass and mergeClasses as then";
    await refusal(() => other.learner.load("kept"), "checkpoint-mismatch", "classes are gone: amber, black", grow);
    await other.learner.addPhotos(more);
    await other.learner.renameClass("red", "amber");
    await other.learner.load("kept");
    expect(changed(saved, await other.weights())).toEqual([]);
    const loading = () => loadLearnerOn(portHost(platform), "kept", { model });
    await refusal(loading, "invalid-argument", "the list of photos", grow);
  });

  it("load by themselves where the photos are in folders, whose splits are drawn within each", async () => {
    const paths = (root: string, labels: readonly string[], count: number) =>
      labels.flatMap((label) => Array.from({ length: count }, (_, i) => `${root}/${label}/${i}.png`));
    const tree = memoryTree("all", [
      ...paths("base", ["blue", "green", "red"], 8),
      ...paths("more", ["black", "red"], 6),
    ]);
    const platform = { ...watchedPlatform(), photos: tree };
    const { learner, weights } = await openConv({ data: imageFolder("all/base") }, platform);
    await learner.fit(1, 0.1);
    const valid = (await learner.prepare()).valid;
    await learner.addPhotos(imageFolder("all/more"));
    await learner.mergeClasses(["blue", "green"], "cold");
    expect((await learner.prepare()).valid).toBe(valid + 2);
    await learner.fit(2, 0.1);
    await learner.save("kept");
    const loaded = await loadLearnerOn(portHost(platform), "kept", { model });
    try {
      expect(loaded.classes).toEqual(["black", "cold", "red"]);
      expect(loaded.fits).toEqual(learner.fits);
      expect(await loaded.validate()).toEqual(await learner.validate());
    } finally {
      await loaded.dispose();
    }
    expect(Object.keys(await weights())).toContain("classifier.weight");
  });
});
