import { expect, it } from "vitest";
import { hasGrown, hasList, joinedPhotos, renamedClasses, withoutItems } from "../../src/datasets/grown-dataset.js";
import { imageFolder } from "../../src/datasets/image-folder.js";
import { imageList } from "../../src/datasets/image-list.js";

const folder = imageFolder("photos", { seed: 3 });
const list = imageList([{ image: "a", label: "b" }]);

it("grown datasets are plain data, with the split options of the first", () => {
  const data = renamedClasses(joinedPhotos(folder, list), ["b"], "c");
  expect(structuredClone(data)).toEqual(data);
  expect(data).toMatchObject({ kind: "renamed", seed: 3, validFraction: 0.2, base: { kind: "joined", base: folder } });
});

it("hasList finds lists however deep, and withoutItems leaves their items out", () => {
  const [deep, none] = [
    renamedClasses(joinedPhotos(folder, list), ["b"], "c"),
    renamedClasses(joinedPhotos(folder, folder), ["b"], "c"),
  ];
  expect([list, joinedPhotos(list, folder), deep].map(hasList)).toEqual([true, true, true]);
  expect([folder, none].map(hasList)).toEqual([false, false]);
  expect(withoutItems(deep)).toMatchObject({ base: { base: folder, more: { kind: "list", items: [] } } });
  expect(withoutItems(none)).toEqual(none);
});

it("hasGrown tells what was made of others", () => {
  const made = [folder, list, joinedPhotos(folder, list), renamedClasses(folder, ["b"], "c")];
  expect(made.map(hasGrown)).toEqual([false, false, true, true]);
});
