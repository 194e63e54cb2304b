import { describe, expect, it } from "vitest";
import { imageCsv } from "../../src/datasets/image-csv.js";
import { imageFolder } from "../../src/datasets/image-folder.js";
import { imageList } from "../../src/datasets/image-list.js";
import { photosOf } from "../../src/datasets/photos-of.js";
import { memoryTree } from "./memory-tree.js";

const list = imageList([
  { image: "a.jpg", label: "cat", split: "train" },
  { image: new Uint8Array(3), label: "dog", split: "valid" },
  { image: new Uint8Array(3), label: "dog", split: "valid", name: "rex" },
]);

describe("photosOf", () => {
  it("finds labels and values of a list, these in one order", async () => {
    const files = memoryTree("", []);
    const labelled = await photosOf(
      imageList([
        { image: "a", labels: ["x", "y", "x"] },
        { image: "b", labels: [] },
      ]),
      files,
    );
    expect(labelled.photos.map(({ label }) => label)).toEqual([["x", "y"], []]);
    expect(labelled.classes).toBeUndefined();
    const one = await photosOf(imageList([{ image: "a", target: 3.5 }]), files);
    expect([one.classes, one.photos[0]!.label]).toEqual([["target"], [3.5]]);
    const items = [
      { image: "a", targets: { x: 1, y: 2 } },
      { image: "b", targets: { y: 4, x: 3 } },
    ];
    const two = await photosOf(imageList(items), files);
    expect([two.classes, two.photos.map(({ label }) => label)]).toEqual([
      ["x", "y"],
      [
        [1, 2],
        [3, 4],
      ],
    ]);
  });

  it("finds the photos of each", async () => {
    const folder = await photosOf(imageFolder("photos"), memoryTree("photos", ["cat/1.jpg"]));
    expect(folder.photos).toEqual([{ image: "photos/cat/1.jpg", name: "cat/1.jpg", label: "cat", split: undefined }]);
    const csv = await photosOf(imageCsv("pets.csv"), memoryTree("", [], { "pets.csv": "1.jpg,cat" }));
    expect(csv.photos).toEqual([{ image: "1.jpg", name: "1.jpg", label: "cat", split: undefined }]);
    const { photos } = await photosOf(list, memoryTree("", []));
    expect(photos.map(({ name, label, split }) => [name, label, split])).toEqual([
      ["a.jpg", "cat", "train"],
      ["item 1", "dog", "valid"],
      ["rex", "dog", "valid"],
    ]);
  });
});
