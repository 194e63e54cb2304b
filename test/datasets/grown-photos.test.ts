// What photos are found in datasets that others have become: classes, order, splits.
import { describe, expect, it } from "vitest";
import type { Dataset } from "../../src/datasets/dataset.js";
import { joinedPhotos, renamedClasses } from "../../src/datasets/grown-dataset.js";
import { drawnPhotos, foundIn, joined, renamed } from "../../src/datasets/grown-photos.js";
import { imageFolder } from "../../src/datasets/image-folder.js";
import { imageList } from "../../src/datasets/image-list.js";
import { photoSetOf, resolvePhotos } from "../../src/datasets/photo-set.js";
import { photosOf } from "../../src/datasets/photos-of.js";
import { refusal } from "../helpers/refusal.js";
import { memoryTree, numbered } from "./memory-tree.js";

const tree = memoryTree("all", [
  ...[...numbered("base/cat", 10), ...numbered("base/dog", 5), ...numbered("base/emu", 5)],
  ...[...numbered("more/dog", 6), ...numbered("more/fox", 2), ...numbered("more/emu", 1), ...numbered("more/ape", 4)],
]);
const [base, more] = [imageFolder("all/base"), imageFolder("all/more", { seed: 7, validFraction: 0.5 })];
const none = memoryTree("", []);
const find = (data: Dataset) => photosOf(data, tree);

const sides = (photos: readonly { image: unknown; split?: string | undefined }[]) =>
  Object.fromEntries(photos.map(({ image, split }) => [image, split]));

describe("joined photos", () => {
  it("are those of both, each on the side where it is in its own part", async () => {
    const { classes, photos } = await resolvePhotos(joinedPhotos(base, more), tree);
    expect(classes).toEqual(["ape", "cat", "dog", "emu", "fox"]);
    expect(photos.map(({ label }) => label)).toEqual(
      [4, 10, 11, 6, 2].flatMap((count, label) => Array<number>(count).fill(label)),
    );
    const first = await resolvePhotos(base, tree);
    expect(sides(photos)).toMatchObject(sides(first.photos));
    const own = await drawnPhotos(more, find);
    expect(sides(photos)).toMatchObject(sides(own.photos));
    expect(own.photos.filter(({ split }) => split === "valid")).toHaveLength(3 + 2 + 1);
    // A single photo of a class trains.
    expect(sides(photos)["all/more/emu/0.jpg"]).toBe("train");
    // Of one name, the first part's comes first.
    const dogs = photos.filter(({ label }) => label === 2).map(({ image }) => image);
    expect(dogs.slice(0, 3)).toEqual(["all/base/dog/0.jpg", "all/more/dog/0.jpg", "all/base/dog/1.jpg"]);
  });

  it("are the same from photos that were resolved before", async () => {
    const data = joinedPhotos(base, more);
    const there = foundIn(await resolvePhotos(base, tree));
    const all = joined(there, await drawnPhotos(more, find), { task: "single-label", more });
    expect(await photoSetOf(data, all)).toEqual(await resolvePhotos(data, tree));
  });

  it("count a photo once, as it was first", async () => {
    const items = [
      { image: "a", label: "cat", split: "valid" as const },
      { image: "b", label: "cat", split: "train" as const },
      { image: "c", label: "dog", split: "train" as const },
      { image: "d", label: "dog", split: "train" as const },
    ];
    const again = imageList([
      { image: "a", label: "dog", split: "train" },
      { image: "e", label: "dog", split: "train" },
    ]);
    const { photos } = await resolvePhotos(joinedPhotos(imageList(items), again), none);
    expect(photos.map(({ image, label, split }) => [image, label, split])).toEqual([
      ["a", 0, "valid"],
      ["b", 0, "train"],
      ["c", 1, "train"],
      ["d", 1, "train"],
      ["e", 1, "train"],
    ]);
  });

  it("count a file once that was chosen twice, and another one of its name for itself", async () => {
    const chosen = (bytes: number, lastModified: number) =>
      new File([new Uint8Array(bytes)], "1.jpg", { lastModified });
    const listOf = (files: readonly File[], label: string) =>
      imageList(files.map((image, i) => ({ image, label, name: `${label}/${i}.jpg` })));
    const first = listOf([chosen(3, 5), chosen(3, 6), chosen(4, 6)], "cat");
    const again = listOf([chosen(3, 5), chosen(3, 7), chosen(5, 6), chosen(3, 5)], "cat");
    const { photos } = await drawnPhotos(joinedPhotos(first, again), find);
    const all = [...first.items, ...again.items].map(({ image }) => image);
    // In order of their names.
    expect(photos.map(({ image }) => all.indexOf(image))).toEqual([0, 1, 4, 2, 5, 6]);
    const bytes = Uint8Array.of(1);
    const same = imageList([{ image: bytes, label: "cat" }]);
    expect((await drawnPhotos(joinedPhotos(same, same), find)).photos).toHaveLength(1);
  });

  it("have the labels of both, sorted where they were", async () => {
    const tagged = (names: readonly string[], from = 0) =>
      imageList(names.map((name, i) => ({ image: `${from + i}`, labels: [name], split: i % 2 ? "valid" : "train" })));
    const data = joinedPhotos(tagged(["b", "b", "d", "d"]), tagged(["c", "a", "a", "b"], 10));
    const { classes, photos } = await resolvePhotos(data, none);
    expect(classes).toEqual(["a", "b", "c", "d"]);
    expect(Object.fromEntries(photos.map(({ image, label }) => [image, label]))).toMatchObject({
      0: [1],
      10: [2],
      11: [0],
    });
    const columns = { classes: ["z", "b"], photos: [], skipped: [] };
    const other = { classes: ["a", "b"], photos: [{ image: "x", name: "x", label: ["a"] }], skipped: [] };
    expect(joined(columns, other, { task: "multi-label", more: data }).classes).toEqual(["z", "b", "a"]);
  });

  it("have values by their names, in the first part's order and units", async () => {
    const valued = (targets: Readonly<Record<string, number>>, image: string) => [
      { image, targets, split: "train" as const },
      { image: `${image}2`, targets: { ...targets, age: 90 }, split: "train" as const },
      { image: `${image}3`, targets: { ...targets, age: 3, size: 8 }, split: "valid" as const },
      { image: `${image}4`, targets: { ...targets, size: 10 }, split: "train" as const },
    ];
    const units = { means: [1, 2], deviations: [3, 4] };
    const [first, second] = [imageList(valued({ size: 1, age: 2 }, "a")), imageList(valued({ age: 4, size: 3 }, "b"))];
    const set = await resolvePhotos(joinedPhotos(first, second, units), none);
    expect(set.classes).toEqual(["size", "age"]);
    expect(set.units).toEqual(units);
    expect(set.photos.filter(({ image }) => image === "a" || image === "b").map(({ label }) => label)).toEqual([
      [1, 2],
      [3, 4],
    ]);
    const others = imageList([{ image: "c", targets: { size: 1, weight: 2 } }]);
    await refusal(
      () => resolvePhotos(joinedPhotos(first, others), none),
      "invalid-dataset",
      "Cannot add the image list: its values are size, weight, not size, age. Give the same values by their names.",
    );
  });

  it("refuse to be joined with none", async () => {
    const call = () => resolvePhotos(joinedPhotos(base, imageFolder("all/less")), tree);
    await refusal(call, "invalid-dataset", "Cannot add all/less: no photos.");
  });
});

describe("renamed classes", () => {
  it("are drawn by the names that they had, then sorted anew", async () => {
    const [before, after] = [
      await resolvePhotos(base, tree),
      await resolvePhotos(renamedClasses(base, ["cat"], "zebra"), tree),
    ];
    expect(after.classes).toEqual(["dog", "emu", "zebra"]);
    expect(sides(after.photos)).toEqual(sides(before.photos));
    expect(after.photos.filter(({ label }) => label === 2)).toHaveLength(10);
  });

  it("are one where several have one name, of one part or of two", async () => {
    const merged = await resolvePhotos(renamedClasses(joinedPhotos(base, more), ["dog", "fox"], "canine"), tree);
    expect(merged.classes).toEqual(["ape", "canine", "cat", "emu"]);
    expect(merged.photos.filter(({ label }) => label === 1)).toHaveLength(13);
    // What is added later has the name that it says.
    const later = await resolvePhotos(joinedPhotos(renamedClasses(base, ["dog"], "hound"), more), tree);
    expect(later.classes).toEqual(["ape", "cat", "dog", "emu", "fox", "hound"]);
  });

  it("of a photo with both labels are one label", () => {
    const found = { classes: ["a", "b", "c"], photos: [{ image: "x", name: "x", label: ["a", "c"] }], skipped: [] };
    const { classes, photos } = renamed(found, { task: "multi-label", names: ["a", "c"], to: "d" });
    expect([classes, photos[0]!.label]).toEqual([["b", "d"], ["d"]]);
  });

  it("of values stay where they are", () => {
    const found = { classes: ["a", "b"], photos: [{ image: "x", name: "x", label: [1, 2] }], skipped: [] };
    const { classes, photos } = renamed(found, { task: "regression", names: ["a"], to: "z" });
    expect([classes, photos[0]!.label]).toEqual([
      ["z", "b"],
      [1, 2],
    ]);
  });
});
