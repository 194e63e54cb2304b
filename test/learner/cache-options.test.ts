import { describe, expect, it } from "vitest";
import { cacheOf } from "../../src/learner/cache-options.js";
import { refused } from "../helpers/refusal.js";

describe("cacheOf", () => {
  it("is 2 GiB of memory and no folder unless said otherwise", () => {
    expect(cacheOf()).toEqual({ memoryLimit: 2147483648, folder: undefined });
    expect(cacheOf({ memoryLimit: 5, folder: "features" })).toEqual({ memoryLimit: 5, folder: "features" });
  });

  it("refuses limits that are none, and folders without a path", () => {
    for (const memoryLimit of [0, Number.NaN])
      expect(refused(() => cacheOf({ memoryLimit })).name).toBe("cache.memoryLimit");
    expect(refused(() => cacheOf({ folder: "" })).name).toBe("cache.folder");
  });
});
