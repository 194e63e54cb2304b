import { expect, it } from "vitest";
import { isDataset, sourceOf } from "../../src/datasets/dataset.js";
import { imageCsv } from "../../src/datasets/image-csv.js";
import { imageFolder } from "../../src/datasets/image-folder.js";
import { imageList } from "../../src/datasets/image-list.js";

const list = imageList([
  { image: "a.jpg", label: "cat", split: "train" },
  { image: new Uint8Array(3), label: "dog", split: "valid" },
  { image: new Uint8Array(3), label: "dog", split: "valid", name: "rex" },
]);
const all = [imageFolder("photos"), imageCsv("pets.csv"), list];

it("isDataset knows what the three make from all else", () => {
  expect(all.map(isDataset)).toEqual([true, true, true]);
  const others = [undefined, null, "photos", 5, [], {}, { kind: "table" }, { kind: "toString" }, () => {}];
  expect(others.filter(isDataset)).toEqual([]);
});

it("sourceOf names it for messages", () => {
  expect(all.map(sourceOf)).toEqual(["photos", "pets.csv", "the image list"]);
});
