import { describe, expect, it } from "vitest";
import { defaultTransform } from "../../../../src/datasets/transform.js";
import { canonicalJson, featureKey } from "../../../../src/learner/engine/features/feature-key.js";
import { writeModel } from "../../../../src/onnx/write.js";
import { tinyModel } from "../../../helpers/tiny-network.js";

const origin = { model: writeModel(tinyModel()), transform: defaultTransform, device: "cpu" };

describe("featureKey", () => {
  it("is the same for the same network and transform, however they came about", async () => {
    const key = await featureKey(origin);
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    const { crop, mean, ...rest } = defaultTransform;
    const transform = { mean: [...mean] as [number, number, number], ...rest, crop: { width: 224, height: 224 } };
    expect(crop).toEqual(transform.crop);
    expect(await featureKey({ ...origin, model: writeModel(tinyModel()), transform })).toBe(key);
  });

  it("differs with every part", async () => {
    const others = [
      origin,
      { ...origin, model: writeModel(tinyModel({ classes: 3 })) },
      { ...origin, device: "webgpu" },
      { ...origin, transform: { ...defaultTransform, crop: { height: 224, width: 225 } } },
      { ...origin, transform: { ...defaultTransform, resample: "bicubic" as const } },
      { ...origin, transform: { ...defaultTransform, mean: [0.485, 0.456, 0.4060001] as const } },
      { ...origin, transform: { ...defaultTransform, resize: { height: 256, width: 256 } } },
      { ...origin, transform: { ...defaultTransform, maxPixels: 1 } },
    ];
    const keys = await Promise.all(others.map(featureKey));
    expect(new Set(keys).size).toBe(others.length);
  });
});

describe("canonicalJson", () => {
  it("orders fields, not lists, and leaves out what is undefined", () => {
    expect(canonicalJson({ b: [2, 1, { d: 1, c: null }], a: undefined, Z: "x" })).toBe(
      '{"Z":"x","b":[2,1,{"c":null,"d":1}]}',
    );
  });
});
