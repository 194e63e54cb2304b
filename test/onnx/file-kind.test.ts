import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { kindOfFile } from "../../src/onnx/file-kind.js";
import { describeShared, sharedPath } from "../helpers/shared.js";
import { fixture } from "./fixtures.js";

const latin1 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "latin1"));

describe("kindOfFile", () => {
  it.each([
    ["", "empty"],
    ["version https://git-lfs.github.com/spec/v1\n", "Git LFS pointer"],
    ["<html>", "web page"],
    ["\xef\xbb\xbf  <?xml version='1.0'?>", "web page"],
    ['{\n  "model_type": "resnet"', "JSON"],
    ["[]", "JSON"],
    ["\x20\0\0\0ORTM", ".ort"],
    ["\x1c\0\0\0TFL3", "TensorFlow Lite"],
    ["\x89HDF\r\n\x1a\n", "HDF5"],
    ['\x40\x01\0\0\0\0\0\0{"fc.weight":', "safetensors"],
    ["\x80\x02}q", "pickle"],
    ["PK\x03\x04", "zip"],
    ["\x1f\x8b\x08", "gzip"],
    ["\xff\xd8\xff\xe0", "image"],
    ["\x89PNG\r\n", "image"],
  ])("recognises %j", (head, expected) => {
    const kind = kindOfFile(latin1(head));
    expect(kind?.is).toContain(expected);
    expect(kind?.remedy).toMatch(/\.$/);
  });

  it("says nothing of an ONNX model or of noise", () => {
    expect(kindOfFile(fixture("everything.onnx"))).toBeUndefined();
    expect(kindOfFile(latin1("what is this?"))).toBeUndefined();
  });
});

describeShared("kindOfFile on real files", () => {
  it("says nothing of the embedded model", () => {
    expect(kindOfFile(readFileSync(sharedPath("models", "efficientnet-lite0.onnx")))).toBeUndefined();
  });
});
