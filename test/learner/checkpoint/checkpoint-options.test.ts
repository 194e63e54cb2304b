import { describe, expect, it } from "vitest";
import { checkNote, checkpointOf } from "../../../src/learner/checkpoint/checkpoint-options.js";
import { refused } from "../../helpers/refusal.js";

describe("checkpointOf", () => {
  it("takes a folder, or a folder with more, and a minute where nothing is said", () => {
    expect(checkpointOf(undefined)).toBeUndefined();
    expect(checkpointOf("here")).toEqual({ folder: "here", everySeconds: 60 });
    expect(checkpointOf({ folder: "here", everySeconds: 0.5, note: { a: 1 } })).toEqual({
      folder: "here",
      everySeconds: 0.5,
      note: { a: 1 },
    });
    expect(checkpointOf({ folder: "here", everySeconds: Number.POSITIVE_INFINITY })!.everySeconds).toBe(
      Number.POSITIVE_INFINITY,
    );
  });

  it.each<[string, unknown]>([
    ["folder", ""],
    ["checkpoint", 5],
    ["checkpoint", null],
    ["checkpoint", true],
    ["folder", {}],
    ["checkpoint", { folder: "here", seconds: 5 }],
    ["checkpoint.everySeconds", { folder: "here", everySeconds: -1 }],
    ["checkpoint.everySeconds", { folder: "here", everySeconds: Number.NaN }],
    ["checkpoint.everySeconds", { folder: "here", everySeconds: "60" }],
    ["note", { folder: "here", note: () => {} }],
  ])("refuses a wrong %s: %j", (name, given) => {
    expect(refused(() => checkpointOf(given as string)).name).toBe(name);
  });
});

describe("checkNote", () => {
  it("takes what JSON can hold, and refuses circles, functions and large integers", () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    expect(checkNote([1, "a", null])).toEqual([1, "a", null]);
    for (const note of [circle, () => {}, 1n]) expect(refused(() => checkNote(note)).name).toBe("note");
  });
});
