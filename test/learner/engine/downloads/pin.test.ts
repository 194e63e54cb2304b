import { describe, expect, it } from "vitest";
import { absent, pinIn, pinPath, pinText } from "../../../../src/learner/engine/downloads/pin.js";

const hash = "0123456789abcdef".repeat(4);

describe("a pin's file", () => {
  it("is a line beside the file, as sha256sum writes it", () => {
    expect(pinPath("folder/a.onnx")).toBe("folder/a.onnx.sha256");
    expect(pinText(hash, "a.onnx")).toBe(`${hash}  a.onnx\n`);
    for (const pin of [hash, absent]) expect(pinIn(pinText(pin, "a.onnx"))).toBe(pin);
  });

  it.each(["", "abc", hash, `${hash.toUpperCase()}  a.onnx`, `${hash}0  a.onnx`, "absently  a.onnx"])(
    "says nothing as %j",
    (text) => expect(pinIn(text)).toBeUndefined(),
  );
});
