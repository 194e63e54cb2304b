import { describe, expect, it } from "vitest";
import { concatPooled, pooled } from "../../src/heads/pooling.js";
import { createOps } from "../../src/onnx/builder.js";
import { float32 } from "../../src/tensor.js";
import { compute, input, numbersOf } from "../helpers/run-graph.js";

const x = input("x", ["batch", 2, 2, 2]);
const value = createOps().Identity(x);
const feeds = { x: float32([1, 2, 2, 2], [1, 2, 3, 6, -1, -2, -3, -6]) };

describe("pooled", () => {
  it("averages a map, flattens a map of one point, and leaves rows alone", async () => {
    const op = createOps();
    const averaged = pooled(op, value, [1, 2, 2, 2], "batch");
    expect(averaged.shape).toEqual(["batch", 2]);
    expect(numbersOf((await compute([averaged], [x], feeds))[0]!)).toEqual([3, -3]);
    expect(pooled(op, value, [1, 2, 1, 1], 1).producer!.opType).toBe("Flatten");
    expect(pooled(op, value, [1, 9], 4)).toMatchObject({ shape: [4, 9], producer: { opType: "Identity" } });
  });
});

describe("concatPooled", () => {
  it("gives means, then maxima", async () => {
    const features = concatPooled(createOps(), { value, channels: 2, channelsLast: false }, "batch");
    expect(features.shape).toEqual(["batch", 4]);
    expect(numbersOf((await compute([features], [x], feeds))[0]!)).toEqual([3, -3, 6, -1]);
  });

  it("turns maps whose channels come last", async () => {
    const features = concatPooled(createOps(), { value, channels: 2, channelsLast: true }, "batch");
    // Channels are the even and the odd places now.
    expect(numbersOf((await compute([features], [x], feeds))[0]!)).toEqual([0, 0, 3, 6]);
  });
});
