import { describe, expect, it } from "vitest";
import { imageFolder } from "../../src/datasets/image-folder.js";
import { isRegraftError } from "../../src/errors.js";

describe("imageFolder", () => {
  it("describes the folder as plain data that a worker can receive", () => {
    const described = imageFolder("my photos/猫");
    expect(described).toEqual({
      kind: "folder",
      task: "single-label",
      root: "my photos/猫",
      validFraction: 0.2,
      seed: 42,
    });
    expect(structuredClone(described)).toEqual(described);
    expect(imageFolder("photos", { seed: 7 })).toEqual({
      kind: "folder",
      task: "single-label",
      root: "photos",
      validFraction: 0.2,
      seed: 7,
    });
  });

  it.each(["", undefined, 3])("refuses %j as a root", (root) => {
    expect(() => imageFolder(root as string)).toThrow(/Expected the path of a folder for imageFolder's root/);
  });

  it("refuses a split that is none", () => {
    expect.assertions(1);
    try {
      imageFolder("photos", { validFraction: 20 });
    } catch (error) {
      expect(isRegraftError(error, "invalid-argument") && error.details.name).toBe("validFraction");
    }
  });
});
