import { describe, expect, it } from "vitest";
import { type EvaluationOptions, resolveEvaluation } from "../../src/datasets/evaluation-set.js";
import { imageCsv } from "../../src/datasets/image-csv.js";
import { imageFolder } from "../../src/datasets/image-folder.js";
import { imageList } from "../../src/datasets/image-list.js";
import { resolvePhotos } from "../../src/datasets/photo-set.js";
import { refusal } from "../helpers/refusal.js";
import { memoryTree, numbered } from "./memory-tree.js";

// The model's own order, which is not the alphabet's.
const classes = ["dog", "cat", "fox"];
const splitTree = memoryTree("photos", [
  "train/cat/1.jpg",
  "train/dog/2.jpg",
  "valid/cat/3.jpg",
  "valid/dog/4.jpg",
  "stray.jpg",
]);
const tree = memoryTree("photos", [...numbered("cat", 10), ...numbered("dog", 5)]);

async function labelsOf(files = splitTree, split?: EvaluationOptions["split"], data = imageFolder("photos")) {
  const { photos } = await resolveEvaluation(data, files, { classes, split });
  return photos.map(({ name, label }) => `${name} ${label}`);
}

describe("resolveEvaluation", () => {
  it("takes the photos that validate where the folders say so, with the model's numbers", async () => {
    expect(await labelsOf()).toEqual(["valid/cat/3.jpg 1", "valid/dog/4.jpg 0"]);
    expect(await labelsOf(splitTree, "train")).toEqual(["train/cat/1.jpg 1", "train/dog/2.jpg 0"]);
    expect(await labelsOf(splitTree, "all")).toHaveLength(4);
  });

  it("takes all photos where nothing says the split, and draws it as training does when it is asked for", async () => {
    expect(await labelsOf(tree)).toHaveLength(15);
    const { photos } = await resolvePhotos(imageFolder("photos"), tree);
    for (const split of ["valid", "train"] as const) {
      const drawn = photos.filter((photo) => photo.split === split).map(({ name }) => name);
      expect((await labelsOf(tree, split)).map((line) => line.split(" ")[0])).toEqual(drawn);
    }
    const other = imageFolder("photos", { seed: 1 });
    expect(await labelsOf(tree, "valid", other)).not.toEqual(await labelsOf(tree, "valid"));
  });

  it("takes few photos, of some of the classes, and names what it leaves out", async () => {
    expect(await labelsOf(memoryTree("photos", ["fox/1.jpg"]))).toEqual(["fox/1.jpg 2"]);
    const { skipped, classes: own } = await resolveEvaluation(imageFolder("photos"), splitTree, {
      classes,
      split: undefined,
    });
    expect(own).toBe(classes);
    expect(skipped).toMatchObject([{ image: "stray.jpg", stray: true }]);
  });

  const nothing = memoryTree("", []);

  it("numbers labels as the model does, and refuses those it does not know", async () => {
    const options = { classes, split: undefined, task: "multi-label" } as const;
    const data = imageList([
      { image: "a", labels: ["fox", "dog"] },
      { image: "b", labels: [] },
    ]);
    const { photos, task } = await resolveEvaluation(data, nothing, options);
    expect([task, photos.map(({ label }) => label)]).toEqual(["multi-label", [[0, 2], []]]);
    const strange = imageList([{ image: "a", labels: ["emu"] }]);
    await refusal(() => resolveEvaluation(strange, nothing, options), "invalid-dataset", "does not know emu");
  });

  it("takes values in the model's order, all of them", async () => {
    const options = { classes: ["x", "y"], split: undefined, task: "regression" } as const;
    const { photos } = await resolveEvaluation(imageList([{ image: "a", targets: { y: 2, x: 1 } }]), nothing, options);
    expect(photos[0]!.label).toEqual([1, 2]);
    const part = imageList([{ image: "a", targets: { y: 2 } }]);
    await refusal(() => resolveEvaluation(part, nothing, options), "invalid-dataset", "it has no x");
    const one = await resolveEvaluation(imageList([{ image: "a", target: 7 }]), nothing, {
      ...options,
      classes: ["age"],
    });
    expect(one.photos[0]!.label).toEqual([7]);
  });

  it("refuses data of another kind", async () => {
    const options = { classes, split: undefined, task: "multi-label" } as const;
    const call = () => resolveEvaluation(imageFolder("photos"), splitTree, options);
    await refusal(call, "invalid-dataset", "it is a dataset of classes", "Give a dataset of labels");
  });

  it("reads tables and lists", async () => {
    const csv = memoryTree("", [], { "pets.csv": "a.jpg,cat,train\nb.jpg,dog,valid\n" });
    const options = { classes, split: undefined };
    const { photos } = await resolveEvaluation(imageCsv("pets.csv"), csv, options);
    expect(photos).toEqual([{ image: "b.jpg", name: "b.jpg", label: 0, split: "valid" }]);
    const list = imageList([{ image: "a.jpg", label: "fox" }]);
    expect((await resolveEvaluation(list, csv, options)).photos).toMatchObject([{ label: 2 }]);
  });

  it("refuses labels that the model does not know, naming them", async () => {
    const strange = memoryTree("photos", ["cow/1.jpg", "cat/1.jpg", "yak/1.jpg"]);
    const { details } = await refusal(() => labelsOf(strange), "invalid-dataset", "as it does: dog, cat, fox");
    expect(details).toEqual({ source: "photos", reason: "the model does not know cow, yak" });
    const many = memoryTree(
      "photos",
      Array.from({ length: 13 }, (_, i) => `class ${10 + i}/1.jpg`),
    );
    await refusal(() => labelsOf(many), "invalid-dataset", "class 19, and 3 more");
    // Of a class that is not looked at nothing needs to be known.
    const train = memoryTree("photos", ["train/cow/1.jpg", "valid/cat/1.jpg"]);
    expect(await labelsOf(train)).toEqual(["valid/cat/1.jpg 1"]);
  });

  it("refuses to evaluate on nothing", async () => {
    await refusal(() => labelsOf(memoryTree("photos", [])), "invalid-dataset", "photos: no photos.");
    const train = imageList([{ image: "a.jpg", label: "cat", split: "train" }]);
    await refusal(
      () => resolveEvaluation(train, tree, { classes, split: undefined }),
      "invalid-dataset",
      "the image list: no photos in the valid split",
    );
  });
});
