import { describe, expect, it } from "vitest";
import { batchNormOf, layerGroupsOf, microBatchOf } from "../../src/learner/layer-options.js";
import { refused } from "../helpers/refusal.js";

describe("layerGroupsOf", () => {
  it("takes names, or leaves the division to the network", () => {
    expect(layerGroupsOf(undefined)).toBeUndefined();
    expect(layerGroupsOf(["layer1", "layer2"])).toEqual(["layer1", "layer2"]);
    expect(layerGroupsOf([])).toEqual([]);
  });

  it.each([null, "layer1", 3, {}, [""], [1], ["layer1", undefined]])("refuses %j", (ends) => {
    expect(refused(() => layerGroupsOf(ends))).toMatchObject({
      name: "layerGroups",
      expected: "a list of names of values in the network",
    });
  });
});

describe("batchNormOf", () => {
  it("is frozen unless it is to be trained", () => {
    expect(batchNormOf(undefined)).toBe("frozen");
    expect(batchNormOf("frozen")).toBe("frozen");
    expect(batchNormOf("trained")).toBe("trained");
  });

  it.each([null, true, false, "", "train", 1, {}])("refuses %j", (value) => {
    expect(refused(() => batchNormOf(value))).toMatchObject({ name: "batchNorm", expected: '"frozen" or "trained"' });
  });
});

describe("microBatchOf", () => {
  it("takes a number of photos, or leaves it to the network's size", () => {
    expect(microBatchOf(undefined)).toBeUndefined();
    expect([microBatchOf(1), microBatchOf(65536)]).toEqual([1, 65536]);
  });

  it.each([0, -1, 65537, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "8", null])("refuses %j", (value) => {
    expect(refused(() => microBatchOf(value as number)).name).toBe("microBatch");
  });
});
