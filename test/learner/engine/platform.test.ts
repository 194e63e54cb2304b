import { describe, expect, it } from "vitest";
import { folderOf, join } from "../../../src/learner/engine/platform.js";

describe("folderOf", () => {
  it.each([
    ["models/tiny.onnx", "models"],
    ["/a/b c/ü.onnx", "/a/b c"],
    ["C:\\models\\tiny.onnx", "C:\\models"],
    ["tiny.onnx", "."],
  ])("%s lies in %s", (path, folder) => expect(folderOf(path)).toBe(folder));
});

describe("join", () => {
  it.each([
    ["pets", "config.json", "pets/config.json"],
    ["pets/", "onnx/model.onnx", "pets/onnx/model.onnx"],
    ["C:\\pets\\", "config.json", "C:\\pets/config.json"],
    ["pets//", "a", "pets/a"],
  ])("%s and %s are %s", (folder, file, path) => expect(join(folder, file)).toBe(path));
});
