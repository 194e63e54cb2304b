import { expect, it } from "vitest";
import { isRemote } from "../../src/models/is-remote.js";

it.each(["hf:owner/name", "HF:owner/name@main", "https://example.com/a.onnx", "ftp://example.com/"])(
  "%s is on another machine",
  (model) => expect(isRemote(model)).toBe(true),
);

it.each(["resnet34", "models/a.onnx", "C:\\models\\a.onnx", "C:/a.onnx", "./hf/a", "a:b", ""])("%s is not", (model) =>
  expect(isRemote(model)).toBe(false),
);
