import { describe, expect, it } from "vitest";
import { inOrder } from "../../src/datasets/order.js";

describe("inOrder", () => {
  it("sorts by code unit, not by locale or number, and leaves its argument alone", () => {
    const names = ["b", "ä", "a10", "Z", "a9", "猫", "a b"];
    expect(inOrder(names, (name) => name)).toEqual(["Z", "a b", "a10", "a9", "b", "ä", "猫"]);
    expect(names[0]).toBe("b");
  });

  it("keeps the order of equal keys", () => {
    const items = [2, 1, 3].map((value) => ({ key: "same", value }));
    expect(inOrder(items, ({ key }) => key)).toEqual(items);
  });
});
