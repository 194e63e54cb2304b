import { describe, expect, it } from "vitest";
import { nearNames } from "../../src/models/near-names.js";

const names = ["efficientnet-lite0", "mobilenet-v2", "mobilenet-v3", "resnet18", "resnet34", "resnet50", "vit-base"];

describe("nearNames", () => {
  it.each([
    ["resnet43", ["resnet34", "resnet18"]],
    ["ResNet-34", ["resnet34"]],
    ["rsnet50", ["resnet50"]],
    ["resnet", ["resnet18", "resnet34", "resnet50"]],
    ["mobilenet_v2", ["mobilenet-v2", "mobilenet-v3"]],
    ["vit", ["vit-base"]],
    ["EfficientNet", ["efficientnet-lite0"]],
    ["yolo", []],
    ["", []],
    ["---", []],
    ["x".repeat(1e6), []],
  ])("%.20s may be %j", (name, near) => {
    expect(nearNames(name, names).slice(0, near.length + 1)).toEqual(expect.arrayContaining(near));
    if (near.length === 0) expect(nearNames(name, names)).toEqual([]);
  });

  it("gives the nearest first, and three at most", () => {
    expect(nearNames("resnet34x", names)[0]).toBe("resnet34");
    expect(nearNames("resnet", [...names, "resnet101", "resnet152"])).toHaveLength(3);
  });
});
