import { expect, it } from "vitest";
import { imageList } from "../../src/datasets/image-list.js";
import { listPhotos } from "../../src/datasets/list-photos.js";

it("listPhotos are named by their paths, or by where they stand, and have their labels once", () => {
  const items = [
    { image: "a.png", labels: ["x", "y", "x"], split: "train" as const },
    { image: new Uint8Array(1), labels: [], split: "valid" as const },
  ];
  const { photos, classes } = listPhotos(imageList(items));
  expect(photos).toEqual([
    { image: "a.png", name: "a.png", label: ["x", "y"], split: "train" },
    { image: new Uint8Array(1), name: "item 1", label: [], split: "valid" },
  ]);
  expect(classes).toBeUndefined();
});

it("listPhotos have values in the order of the first item's names", () => {
  const several = imageList([
    { image: "a", targets: { size: 1, age: 2 } },
    { image: "b", targets: { age: 4, size: 3 } },
  ]);
  const { photos, classes } = listPhotos(several);
  expect([classes, photos.map(({ label }) => label)]).toEqual([
    ["size", "age"],
    [
      [1, 2],
      [3, 4],
    ],
  ]);
  expect(listPhotos(imageList([{ image: "a", target: 7 }]))).toMatchObject({
    classes: ["target"],
    photos: [{ label: [7] }],
  });
});
