import { expect, it } from "vitest";
import type { Photo } from "../../../../src/datasets/photo-set.js";
import { photosOfRows } from "../../../../src/learner/engine/features/photos-of-rows.js";

it("photosOfRows finds the photos of rows among all, in order, names that come twice included", () => {
  const photo = (name: string, image: string, split: Photo["split"] = "valid"): Photo => ({
    name,
    image,
    label: 0,
    split,
  });
  const photos = [photo("a", "1"), photo("b", "2", "train"), photo("b", "3"), photo("c", "4"), photo("c", "5")];
  expect(photosOfRows(photos, "valid", { names: ["a", "c", "c"] }).map(({ image }) => image)).toEqual(["1", "4", "5"]);
  expect(photosOfRows(photos, "train", { names: ["b"] }).map(({ image }) => image)).toEqual(["2"]);
});
