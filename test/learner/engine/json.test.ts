import { describe, expect, it } from "vitest";
import { readJson } from "../../../src/learner/engine/json.js";
import { refusal } from "../../helpers/refusal.js";
import { memoryFiles } from "../../helpers/tiny-platform.js";

const read = (content: string | Uint8Array) =>
  readJson(memoryFiles(new Map([["m/config.json", content]])), "m/config.json");

describe("readJson", () => {
  it("gives the object, as it is in the file", async () => {
    expect(await read('{"a": [1, {"b": "ü"}], "c": null}')).toEqual({ a: [1, { b: "ü" }], c: null });
    expect(await read("\uFEFF{}")).toEqual({});
    const odd = await read('{"__proto__": {"polluted": true}}');
    expect(Object.keys(odd!)).toEqual(["__proto__"]);
    expect("polluted" in {}).toBe(false);
  });

  it("gives nothing where there is no file", async () => {
    const files = memoryFiles(new Map([["m/config.json/deeper", "{}"]]));
    expect(await readJson(files, "m/other.json")).toBeUndefined();
    expect(await readJson(files, "m/config.json")).toBeUndefined();
  });

  it.each([
    ["nothing", ""],
    ["half an object", '{"a": '],
    ["an array", "[]"],
    ["null", "null"],
    ["text", '"config"'],
    ["an unquoted word", "config"],
    ["bytes", Uint8Array.of(0xff, 0xfe, 0x00)],
    ["a million brackets", "[".repeat(1e6)],
  ])("refuses %s", async (_, content) => {
    const { details } = await refusal(() => read(content), "invalid-model", "m/config.json is not a JSON object");
    expect(details).toEqual({ source: "m/config.json", reason: "it is not a JSON object" });
  });
});
