import { describe, expect, it } from "vitest";
import { createExclusive } from "../../src/learner/exclusive.js";
import { refusal } from "../helpers/refusal.js";

describe("createExclusive", () => {
  it("refuses a second call while the first is under way, naming both", async () => {
    const alone = createExclusive();
    let finish = (_: number): void => {};
    const first = alone("fit", () => new Promise<number>((resolve) => (finish = resolve)));
    const { details } = await refusal(
      () => alone("lrFind", async () => 1),
      "busy",
      "lrFind cannot start while fit is running",
    );
    expect(details).toEqual({ running: "fit" });
    finish(5);
    expect(await first).toBe(5);
    expect(await alone("lrFind", async () => 1)).toBe(1);
  });

  it("is free again after a failure, thrown at once or later", async () => {
    const alone = createExclusive();
    const failing = () => {
      throw new Error("no");
    };
    await expect(alone("fit", failing)).rejects.toThrow("no");
    await expect(alone("fit", async () => failing())).rejects.toThrow("no");
    expect(await alone("fit", async () => 2)).toBe(2);
  });

  it("keeps two learners apart", async () => {
    const never = new Promise<void>(() => {});
    void createExclusive()("fit", () => never);
    expect(await createExclusive()("fit", async () => 3)).toBe(3);
  });
});
