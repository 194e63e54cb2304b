import { expect, it } from "vitest";
import type { Photo } from "../../../../src/datasets/photo-set.js";
import { photosOfRows } from "../../../../src/learner/engine/features/photos-of-rows.js";

it("photosOfRows are those of a split that could be read, in order", () => {
  const photo = (image: string, split: Photo["split"] = "valid"): Photo => ({ name: "a", image, label: 0, split });
  const photos = [photo("1"), photo("2", "train"), photo("3")];
  expect(photosOfRows({ photos }, "valid").map(({ image }) => image)).toEqual(["1", "3"]);
  expect(photosOfRows({ photos }, "train").map(({ image }) => image)).toEqual(["2"]);
});
