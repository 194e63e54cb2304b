import { describe, expect, it } from "vitest";
import { isRegraftError } from "../../src/errors.js";
import { findImageInput } from "../../src/heads/image-input.js";
import type { Graph, Value } from "../../src/onnx/graph.js";
import { float32 } from "../../src/tensor.js";
import { input } from "../helpers/run-graph.js";

const graphWith = (...inputs: Value[]): Graph => ({ name: "g", inputs, outputs: [], nodes: [], initializers: [] });
const find = (...inputs: Value[]) => findImageInput(graphWith(...inputs), "m.onnx");

describe("findImageInput", () => {
  it.each([
    [["batch", 3, 224, 160], 224, 160],
    [[1, 3, "height", "width"], undefined, undefined],
    [["batch", "channels", undefined, 32], undefined, 32],
    [["batch", undefined, 0, 64], undefined, 64],
  ])("takes float32 %j", (shape, height, width) => {
    const value = input("x", shape);
    expect(find(value)).toEqual({ value, height, width });
  });

  it("passes over weights that old files list among the inputs", () => {
    const value = input("x", [1, 3, 8, 8]);
    const weight: Value = { ...input("w", [4, 3, 1, 1]), constant: { tensor: float32([4, 3, 1, 1]) } };
    expect(find(weight, value).value).toBe(value);
  });

  it.each<[string, Value[], string]>([
    ["text", [input("ids", ["batch", 128], "int64")], '"ids" int64 [batch,128]'],
    ["channels last", [input("x", [1, 224, 224, 3])], '"x" float32 [1,224,224,3]'],
    ["grey images", [input("x", [1, 1, 28, 28])], '"x" float32 [1,1,28,28]'],
    ["bytes", [input("x", [1, 3, 28, 28], "uint8")], '"x" uint8 [1,3,28,28]'],
    ["an unknown type", [{ name: "x" }], '"x" ? []'],
    ["unknown sizes", [input("x", [undefined, "c"])], '"x" float32 [?,c]'],
    [
      "two images",
      [input("a", [1, 3, 8, 8]), input("b", [1, 3, 8, 8])],
      '"a" float32 [1,3,8,8], "b" float32 [1,3,8,8]',
    ],
    ["an image and more", [input("a", [1, 3, 8, 8]), input("t", [1])], '"a" float32 [1,3,8,8], "t" float32 [1]'],
    ["nothing", [], "its inputs are none"],
  ])("refuses %s, and says what there is", (_, inputs, found) => {
    try {
      find(...inputs);
      expect.unreachable();
    } catch (error) {
      expect(isRegraftError(error, "unsupported-model") && error.details.reason).toContain(found);
      expect((error as Error).message).toContain("m.onnx is not an image model");
      expect((error as Error).message).toContain("float32 [N, 3, height, width]");
    }
  });
});
