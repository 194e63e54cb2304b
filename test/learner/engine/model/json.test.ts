import { describe, expect, it } from "vitest";
import { parseJson } from "../../../../src/learner/engine/model/json.js";
import { refusal } from "../../../helpers/refusal.js";

const read = (content: string | Uint8Array) =>
  parseJson(typeof content === "string" ? content : new TextDecoder().decode(content), "m/config.json");

describe("parseJson", () => {
  it("gives the object, as it is in the text", () => {
    expect(read('{"a": [1, {"b": "ü"}], "c": null}')).toEqual({ a: [1, { b: "ü" }], c: null });
    const odd = read('{"__proto__": {"polluted": true}}');
    expect(Object.keys(odd)).toEqual(["__proto__"]);
    expect("polluted" in {}).toBe(false);
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
