import { expect, it } from "vitest";
import { baseName, folderOf, join } from "../../src/datasets/paths.js";

it("joins a folder and a name with one slash, and nothing with none", () => {
  expect(join("photos", "a.jpg")).toBe("photos/a.jpg");
  expect(join("photos/", "a.jpg")).toBe("photos/a.jpg");
  expect(join("", "a.jpg")).toBe("a.jpg");
  expect(join("photos", "")).toBe("photos");
});

it("takes paths apart", () => {
  expect(["a/b/c.jpg", "c.jpg", "a/"].map(baseName)).toEqual(["c.jpg", "c.jpg", ""]);
  expect(["a/b/c.csv", "c.csv", "/c.csv", "a\\b\\c.csv"].map(folderOf)).toEqual(["a/b/", "", "/", "a\\b\\"]);
});
