import { expect, it } from "vitest";
import { augmentText } from "../../../src/datasets/augment/augment-text.js";
import { augmentOf } from "../../../src/learner/augment-options.js";

it("tells all that is on, and nothing that is off", () => {
  expect(augmentText(augmentOf(true)!)).toBe(
    "crops of 35 to 100 % of the area, mirrored with probability 0.5, turned by up to 10°, brightness ±0.2, contrast ±0.2, " +
      "none while layers are frozen",
  );
  const off = { randomResizedCrop: false, horizontalFlip: 0, rotation: 0, colorJitter: false } as const;
  expect(augmentText(augmentOf(off)!)).toBe("none");
  const others = { verticalFlip: 0.1, randomErasing: 0.25, mixup: 0.4, cutmix: 1, views: 4 };
  expect(augmentText(augmentOf({ ...off, ...others })!)).toBe(
    "upside down with probability 0.1, a part erased with probability 0.25, mixup α 0.4, CutMix α 1, " +
      "4 views of each photo while layers are frozen",
  );
  expect(augmentText(augmentOf({ ...off, mixup: 1 })!)).toBe("mixup α 1");
  expect(augmentText(augmentOf({ ...off, mixup: 1, cutmix: 1 })!)).toBe(
    "mixup α 1, CutMix α 1, mixup alone while layers are frozen",
  );
});
