import { describe, expect, it } from "vitest";
import { isRegraftError } from "../../src/errors.js";
import { findImageInput, otherSize } from "../../src/heads/image-input.js";
import type { Graph, Value } from "../../src/onnx/graph.js";
import { float32 } from "../../src/tensor.js";
import { input } from "../helpers/run-graph.js";

const graphWith = (...inputs: Value[]): Graph => ({ name: "g", inputs, outputs: [], nodes: [], initializers: [] });
const find = (...inputs: Value[]) => findImageInput(graphWith(...inputs), "m.onnx");

describe("findImageInput", () => {
  const none = { channelsLast: false, batch: undefined, height: undefined, width: undefined };
  it.each([
    [["batch", 3, 224, 160], { ...none, height: 224, width: 160 }],
    [[1, 3, "height", "width"], { ...none, batch: 1 }],
    [["batch", "channels", undefined, 32], { ...none, width: 32 }],
    [["batch", undefined, 0, 64], { ...none, width: 64 }],
    [[4, 224, 160, 3], { channelsLast: true, batch: 4, height: 224, width: 160 }],
    [["batch", undefined, undefined, 3], { ...none, channelsLast: true }],
    [["batch", 3, 8, 3], { ...none, height: 8, width: 3 }],
  ])("takes float32 %j", (shape, expected) => {
    const value = input("x", shape);
    expect(find(value)).toEqual({ value, ...expected });
  });

  it.each(["float16", "bfloat16", "float64"] as const)("takes %s, which is to become float32", (dtype) => {
    expect(find(input("x", [1, 3, 8, 8], dtype))).toMatchObject({ height: 8, width: 8 });
  });

  it("passes over weights that old files list among the inputs", () => {
    const value = input("x", [1, 3, 8, 8]);
    const weight: Value = { ...input("w", [4, 3, 1, 1]), constant: { tensor: float32([4, 3, 1, 1]) } };
    expect(find(weight, value).value).toBe(value);
  });

  it.each<[string, Value[], string]>([
    ["text", [input("ids", ["batch", 128], "int64")], '"ids" int64 [batch,128]'],
    ["grey images", [input("x", [1, 1, 28, 28])], '"x" float32 [1,1,28,28]'],
    ["bytes", [input("x", [1, 3, 28, 28], "uint8")], '"x" uint8 [1,3,28,28]'],
    ["an unknown type", [{ name: "x" }], '"x" ? of unstated shape'],
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
      expect((error as Error).message).toContain("floats [N, 3, height, width]");
    }
  });
});

describe("otherSize", () => {
  const photo = { height: 224, width: 160 };
  it.each([
    [["batch", 3, 224, 160], undefined],
    [["batch", 3, "height", "width"], undefined],
    [["batch", 3, 160, 224], "160×224"],
    [["batch", 3, "height", 224], "any×224"],
    [["batch", 3, 299, "width"], "299×any"],
  ])("of %j", (shape, expected) => {
    expect(otherSize(find(input("x", shape)), photo)).toBe(expected);
  });
});
