import { describe, expect, it } from "vitest";
import {
  checked,
  checkSize,
  checkWidth,
  classesOf,
} from "../../../../src/learner/engine/classifier/exported-classifier.js";
import type { Session } from "../../../../src/runtime/session.js";
import { float32 } from "../../../../src/tensor.js";
import { refusal } from "../../../helpers/refusal.js";

describe("an exported classifier", () => {
  it("has classes in the order of its logits, whatever order they are written in", async () => {
    expect(classesOf({ 1: "dog", 0: "cat" }, "pets")).toEqual(["cat", "dog"]);
    for (const id2label of [undefined, {}, { 0: "cat", 2: "dog" }, { 0: 5 }])
      await refusal(() => classesOf(id2label as never, "pets"), "invalid-model", "its config.json names no classes");
  });

  it("has as many logits as classes, where its file says it or when the first photo shows it", async () => {
    checkWidth(2, ["cat", "dog"], "pets");
    const reason = "its config.json names 2 classes, its network has 3";
    await refusal(() => checkWidth(3, ["cat", "dog"], "pets"), "invalid-model", reason);
    const session = { outputNames: ["logits"], run: async () => ({ logits: float32([1, 3]) }) } as unknown as Session;
    await refusal(() => checked(session, ["cat", "dog"], "pets").run({}), "invalid-model", reason);
  });

  it("takes photos as they are prepared", async () => {
    const image = { height: 8, width: 8 } as Parameters<typeof checkSize>[0];
    checkSize(image, { height: 8, width: 8 }, "pets");
    const reason = "its photos are prepared as 4×4 pixels, its network takes 8×8";
    await refusal(() => checkSize(image, { height: 4, width: 4 }, "pets"), "invalid-model", reason);
  });
});
