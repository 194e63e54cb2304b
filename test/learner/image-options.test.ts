import { describe, expect, it } from "vitest";
import { imageOf } from "../../src/learner/image-options.js";
import { refused } from "../helpers/refusal.js";

describe("imageOf", () => {
  it("skips a tenth of the photos at most unless said otherwise, and passes on the transform as it is given", () => {
    expect(imageOf()).toEqual({ maxSkipped: 0.1 });
    expect(imageOf({ resample: "bicubic", maxSkipped: 1 })).toEqual({ resample: "bicubic", maxSkipped: 1 });
  });

  it("refuses a share that is none, and what it does not know", () => {
    expect(refused(() => imageOf({ maxSkipped: 1.01 })).name).toBe("image.maxSkipped");
    expect(refused(() => imageOf({ size: 224 } as never)).name).toBe("image");
  });
});
