import { expect, it } from "vitest";
import { defaultAugment } from "../../../src/datasets/augment/default-augment.js";
import { augmentNotices } from "../../../src/learner/engine/augment-notice.js";

it("augmentNotices says what is not done while layers are frozen, and nothing otherwise", () => {
  expect(augmentNotices(undefined, true)).toEqual([]);
  expect(augmentNotices({ ...defaultAugment, cutmix: 1 }, false)).toEqual([]);
  expect(augmentNotices({ ...defaultAugment, views: 2, mixup: 1 }, true)).toEqual([]);
  expect(augmentNotices(defaultAugment, true)).toEqual([expect.stringContaining("augment.views makes several")]);
  expect(augmentNotices({ ...defaultAugment, views: 2, cutmix: 1 }, true)).toEqual([
    "While layers are frozen, CutMix is off: features have no rectangles.",
  ]);
  expect(augmentNotices({ ...defaultAugment, views: 2, cutmix: 1, mixup: 1 }, true)).toEqual([
    "While layers are frozen, mixup takes the place of CutMix: features have no rectangles.",
  ]);
});
