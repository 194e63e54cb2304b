import { describe, expect, it } from "vitest";
import type { Narrow } from "../../src/heads/classifier.js";
import { lastFeatureMap } from "../../src/heads/feature-map.js";
import { createNode, type Value } from "../../src/onnx/graph.js";
import { int64 } from "../../src/tensor.js";

const route = (...shapes: (readonly number[])[]): Narrow[] =>
  shapes.map((shape, i) => ({ value: { name: `v${i}` }, nodes: [], shape }));
const last = (...shapes: (readonly number[])[]) => lastFeatureMap(route(...shapes), shapes.length - 1);
const image = [2, 3, 64, 64];

describe("lastFeatureMap", () => {
  it("is the map before pooling, however much follows", () => {
    expect(last(image, [2, 16, 8, 8], [2, 32, 2, 2], [2, 32, 1, 1], [2, 32], [2, 64])).toMatchObject({
      value: { name: "v2" },
      channels: 32,
      channelsLast: false,
    });
    expect(last(image, [2, 16, 8, 8])).toMatchObject({ value: { name: "v1" }, channels: 16 });
    expect(last(image, [2, 16, 1, 8], [2, 16, 1, 1])).toMatchObject({ channels: 16 });
    expect(last(image, [2, 16, 8, 8], [2, 16, 1], [2, 1, 1, 16])).toMatchObject({ value: { name: "v1" } });
  });

  it("is none where photos became tokens, and never the image", () => {
    expect(last(image, [2, 16, 8, 8], [2, 64, 16], [2, 16])).toBeUndefined();
    expect(last(image, [2, 12288], [2, 10])).toBeUndefined();
  });

  it("has its channels last when the mean is taken over axes 1 and 2", () => {
    const axes = (...data: number[]): Value => ({
      name: "axes",
      dtype: "int64",
      constant: { tensor: int64([2], data) },
    });
    const mean = (...data: number[]): Narrow => {
      const node = createNode(
        { opType: "ReduceMean", domain: "", name: "mean", inputs: [{ name: "x" }, axes(...data)], attributes: {} },
        [{ name: "y" }],
      );
      return { value: node.outputs[0]!, nodes: [node], shape: [2, 1, 1, 7] };
    };
    const maps = route(image, [2, 4, 4, 7]);
    expect(lastFeatureMap([...maps, mean(1, 2)], 2)).toMatchObject({ channels: 7, channelsLast: true });
    expect(lastFeatureMap([...maps, mean(-3, -2)], 2)).toMatchObject({ channels: 7, channelsLast: true });
    expect(lastFeatureMap([...maps, mean(2, 3)], 2)).toMatchObject({ channels: 4, channelsLast: false });
  });
});
