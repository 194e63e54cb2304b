import { describe, expect, it } from "vitest";
import { imageCsv } from "../../src/datasets/image-csv.js";
import { imageList } from "../../src/datasets/image-list.js";
import { resolvePhotos } from "../../src/datasets/photo-set.js";
import { refusal } from "../helpers/refusal.js";
import { memoryTree } from "./memory-tree.js";

const nothing = memoryTree("", []);
const tagged = (labels: readonly (readonly string[])[], split?: readonly ("train" | "valid")[]) =>
  imageList(labels.map((own, i) => ({ image: `${i}.jpg`, labels: own, ...(split && { split: split[i]! }) })));
const valued = (values: readonly number[], split?: readonly ("train" | "valid")[]) =>
  imageList(values.map((target, i) => ({ image: `${i}.jpg`, target, ...(split && { split: split[i]! }) })));
const many = Array.from({ length: 50 }, (_, i) => (i % 5 === 0 ? ["x", "y"] : i % 5 === 1 ? [] : ["y"]));

describe("resolvePhotos of labels", () => {
  it("numbers labels in order, has photos without any, and draws the split over all photos", async () => {
    const { task, classes, photos } = await resolvePhotos(tagged(many), nothing);
    expect([task, classes]).toEqual(["multi-label", ["x", "y"]]);
    expect(photos.find(({ name }) => name === "10.jpg")!.label).toEqual([0, 1]);
    expect(photos.find(({ name }) => name === "11.jpg")!.label).toEqual([]);
    expect(photos.filter(({ split }) => split === "valid")).toHaveLength(10);
    const reversed = await resolvePhotos(imageList(tagged(many).items.toReversed() as never), nothing);
    expect(reversed.photos).toEqual(photos);
  });

  it("lets a photo of every label train, wherever the draw would put it", async () => {
    for (let rare = 0; rare < 50; rare++) {
      const labels = many.map((own, i) => (i === rare ? [...own, "rare"] : own));
      const { classes, photos } = await resolvePhotos(tagged(labels), nothing);
      const index = classes.indexOf("rare");
      const photo = photos.find(({ label }) => (label as readonly number[]).includes(index))!;
      expect([photo.name, photo.split]).toEqual([`${rare}.jpg`, "train"]);
    }
  });

  it("knows labels that only a table's header names, and refuses them for want of photos", async () => {
    const text = "file,sunny,indoor\na.jpg,1,0\nb.jpg,0,0\nc.jpg,1,0\n";
    const data = imageCsv("l.csv", { columns: { labels: ["sunny", "indoor"] } });
    const files = memoryTree("", [], { "l.csv": text });
    await refusal(() => resolvePhotos(data, files), "invalid-dataset", "has the label indoor");
    const one = imageCsv("l.csv", { columns: { labels: ["sunny"] } });
    expect((await resolvePhotos(one, files)).classes).toEqual(["sunny"]);
  });

  it.each<[string, ReturnType<typeof tagged>, string]>([
    ["no photos", tagged([]), "one class|no photos"],
    ["one photo", tagged([["x"]]), "one photo only"],
    ["no label at all", tagged([[], [], []]), "no photo has a label"],
    ["nothing to tell apart", tagged([["x"], ["x"], ["x"]]), "all photos have the same labels"],
    ["a label that only validates", tagged([["x"], [], ["y"]], ["train", "train", "valid"]), "has the label y"],
    ["nothing that validates", tagged([["x"], []], ["train", "train"]), "no photos to validate on"],
    ["nothing that trains", tagged([["x"], []], ["valid", "valid"]), "no photos to train on"],
  ])("refuses %s", async (_, data, reason) => {
    const { details } = await refusal(() => resolvePhotos(data, nothing), "invalid-dataset");
    expect(details.reason).toMatch(new RegExp(reason));
  });
});

describe("resolvePhotos of values", () => {
  it("takes them as they are, and draws the split over all photos", async () => {
    const values = Array.from({ length: 20 }, (_, i) => i / 4);
    const { task, classes, photos } = await resolvePhotos(valued(values), nothing);
    expect([task, classes]).toEqual(["regression", ["target"]]);
    expect(photos.find(({ name }) => name === "7.jpg")!.label).toEqual([1.75]);
    expect(photos.filter(({ split }) => split === "valid")).toHaveLength(4);
  });

  it("refuses a value that is always the same where it would be learnt", async () => {
    const data = valued([3, 3, 4], ["train", "train", "valid"]);
    const { details } = await refusal(() => resolvePhotos(data, nothing), "invalid-dataset");
    expect(details.reason).toBe("target is 3 on every photo to train on");
  });

  it.each([
    [[1_000_000.1, 1_000_000.2], /varies around 1000000 by 0\.05, too little to be told in single precision/],
    [[3, 3 + 1e-9], /too little/],
    [[1e-40, 3e-40], /varies around 2e-40 by 1e-40, beyond single precision/],
    [[3e38, -3e38], /varies around 0 by 3e\+38, beyond/],
  ])("refuses %j, which training would not see the difference of, or not stand", async (values, reason) => {
    const data = valued([...values, 1], ["train", "train", "valid"]);
    const { details } = await refusal(() => resolvePhotos(data, nothing), "invalid-dataset");
    expect(details.reason).toMatch(reason);
  });

  it("takes values far from zero, and far apart", async () => {
    for (const values of [
      [1_000_000, 1_000_010],
      [1e-20, -1e-20],
      [1e25, 1e27],
    ])
      await resolvePhotos(valued([...values, 1], ["train", "train", "valid"]), nothing);
  });

  it("refuses a single photo", async () => {
    await refusal(() => resolvePhotos(valued([3]), nothing), "invalid-dataset", "one photo only");
  });
});
