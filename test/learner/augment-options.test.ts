import { describe, expect, it } from "vitest";
import { defaultAugment } from "../../src/datasets/augment/default-augment.js";
import { type AugmentOptions, augmentOf } from "../../src/learner/augment-options.js";
import { refused } from "../helpers/refusal.js";

describe("augmentOf", () => {
  it("is nothing unless it is asked for, and the defaults for true or no field", () => {
    expect([augmentOf(undefined), augmentOf(false)]).toEqual([undefined, undefined]);
    expect(augmentOf(true)).toEqual(defaultAugment);
    expect(augmentOf({})).toEqual(defaultAugment);
    expect(augmentOf({ views: undefined, randomResizedCrop: undefined } as unknown as AugmentOptions)).toEqual(
      defaultAugment,
    );
  });

  it("takes each field, the others as they are by default", () => {
    expect(augmentOf({ views: 3, mixup: 0.4 })).toEqual({ ...defaultAugment, views: 3, mixup: 0.4 });
    expect(augmentOf({ randomResizedCrop: { scale: [0.5, 1] }, colorJitter: { hue: 0.1 } })).toEqual({
      ...defaultAugment,
      randomResizedCrop: { scale: [0.5, 1], ratio: [0.75, 4 / 3] },
      colorJitter: { brightness: 0.2, contrast: 0.2, saturation: 0, hue: 0.1 },
    });
    const off = { randomResizedCrop: false, colorJitter: false, rotation: 0, horizontalFlip: 0 } as const;
    expect(augmentOf(off)).toEqual({
      ...defaultAugment,
      ...off,
      colorJitter: { brightness: 0, contrast: 0, saturation: 0, hue: 0 },
    });
  });

  it.each<[string, unknown]>([
    ["augment", "yes"],
    ["augment", { flip: 0.5 }],
    ["augment", []],
    ["augment.randomResizedCrop", { randomResizedCrop: true }],
    ["augment.randomResizedCrop", { randomResizedCrop: { size: 3 } }],
    ["augment.randomResizedCrop.scale", { randomResizedCrop: { scale: [0, 1] } }],
    ["augment.randomResizedCrop.scale", { randomResizedCrop: { scale: [0.5, 1.1] } }],
    ["augment.randomResizedCrop.scale", { randomResizedCrop: { scale: 0.5 } }],
    ["augment.randomResizedCrop.scale", { randomResizedCrop: { scale: [0.9, 0.5] } }],
    ["augment.randomResizedCrop.ratio", { randomResizedCrop: { ratio: [1, Number.NaN] } }],
    ["augment.randomResizedCrop.ratio", { randomResizedCrop: { ratio: [1] } }],
    ["augment.horizontalFlip", { horizontalFlip: true }],
    ["augment.horizontalFlip", { horizontalFlip: 1.5 }],
    ["augment.verticalFlip", { verticalFlip: -1 }],
    ["augment.rotation", { rotation: 181 }],
    ["augment.rotation", { rotation: "10" }],
    ["augment.colorJitter", { colorJitter: 0.4 }],
    ["augment.colorJitter", { colorJitter: { gamma: 1 } }],
    ["augment.colorJitter.brightness", { colorJitter: { brightness: -0.1 } }],
    ["augment.colorJitter.contrast", { colorJitter: { contrast: 11 } }],
    ["augment.colorJitter.saturation", { colorJitter: { saturation: null } }],
    ["augment.colorJitter.hue", { colorJitter: { hue: 0.6 } }],
    ["augment.randomErasing", { randomErasing: 2 }],
    ["augment.mixup", { mixup: -1 }],
    ["augment.mixup", { mixup: Number.NaN }],
    ["augment.cutmix", { cutmix: Number.POSITIVE_INFINITY }],
    ["augment.views", { views: 1.5 }],
    ["augment.views", { views: 33 }],
  ])("refuses a wrong %s", (name, given) => {
    expect(refused(() => augmentOf(given as AugmentOptions)).name).toBe(name);
  });
});
