import { expect, it } from "vitest";
import { defaultAugment } from "../../../src/datasets/augment/default-augment.js";

it("defaultAugment crops, mirrors, turns and lights photos, and mixes, erases and caches nothing", () => {
  expect(defaultAugment).toEqual({
    randomResizedCrop: { scale: [0.35, 1], ratio: [0.75, 4 / 3] },
    horizontalFlip: 0.5,
    verticalFlip: 0,
    rotation: 10,
    colorJitter: { brightness: 0.2, contrast: 0.2, saturation: 0, hue: 0 },
    randomErasing: 0,
    mixup: 0,
    cutmix: 0,
    views: 0,
  });
});
