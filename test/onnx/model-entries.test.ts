import { describe, expect, it } from "vitest";
import { normalDomain, readMetadata, readOpsets, writeMetadata, writeOpsets } from "../../src/onnx/model-entries.js";
import { decodeModel, onnx, toInt64 } from "../../src/onnx/proto.js";
import { fixture, plain } from "./fixtures.js";

const { opset_import, metadata_props } = decodeModel(fixture("everything.onnx"), "everything.onnx");
const prop = (key: string, value: string) => new onnx.StringStringEntryProto({ key, value });

describe("opsets", () => {
  it("are read by domain, ONNX's own being empty however it is spelt", () => {
    expect(readOpsets(opset_import)).toEqual({ "": 21, "test.custom": 1, "test.functions": 1 });
    expect(readOpsets([new onnx.OperatorSetIdProto({ domain: "ai.onnx", version: toInt64(17n) })])).toEqual({ "": 17 });
    expect([undefined, "", "ai.onnx", "ai.onnx.ml"].map((domain) => normalDomain(domain))).toEqual([
      "",
      "",
      "",
      "ai.onnx.ml",
    ]);
  });

  it("are written as the file had them, changed, removed and added", () => {
    expect(writeOpsets(readOpsets(opset_import), opset_import)).toEqual(opset_import);
    const spelt = [new onnx.OperatorSetIdProto({ domain: "ai.onnx", version: 17 }), ...opset_import.slice(1)];
    expect(plain(writeOpsets({ "com.microsoft": 1, "": 21, "test.custom": 1 }, spelt))).toEqual([
      { domain: "ai.onnx", version: 21 },
      { domain: "test.custom", version: "0:1" },
      { domain: "com.microsoft", version: 1 },
    ]);
  });
});

describe("metadata", () => {
  it("keeps the file's order, which records of number-like keys lose", () => {
    const metadata = readMetadata(metadata_props);
    expect(metadata).toEqual({ "9": "nine", "10": "ten", author: "Bärbel" });
    expect(writeMetadata(metadata, metadata_props)).toEqual(metadata_props);
    expect(plain(writeMetadata({ author: "Bärbel", "9": "neun", new: "" }, metadata_props))).toEqual([
      { key: "9", value: "neun" },
      { key: "author", value: "Bärbel" },
      { key: "new", value: "" },
    ]);
  });

  it("keeps unchanged duplicates, and takes keys such as __proto__ for what they are", () => {
    const twice = [prop("k", "1"), prop("__proto__", "p"), prop("k", "2")];
    const metadata = readMetadata(twice);
    expect(Object.entries(metadata)).toEqual([
      ["k", "2"],
      ["__proto__", "p"],
    ]);
    expect(writeMetadata(metadata, twice)).toEqual(twice);
  });
});
