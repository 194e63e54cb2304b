import { describe, expect, it } from "vitest";
import { createOps } from "../../../src/onnx/builder.js";
import { float32 } from "../../../src/tensor.js";
import { perChannel, sumPerChannel } from "../../../src/training-graph/gradients/channels.js";
import { compute, input, numbersOf } from "../../helpers/run-graph.js";

const op = createOps();
const values = input("values", [2]);
const feeds = { values: float32([2], [10, 20]) };

describe("perChannel", () => {
  it.each([
    [[3, 2], [2]],
    [
      ["batch", 2, 5],
      [2, 1],
    ],
    [
      ["batch", 2, undefined, 7],
      [2, 1, 1],
    ],
  ])("beside %j is %j", async (shape, expected) => {
    const reshaped = perChannel(op, values, input("map", shape));
    expect(reshaped.shape).toEqual(expected);
    const [found] = await compute([reshaped], [values], feeds);
    expect(numbersOf(found!)).toEqual([10, 20]);
  });
});

describe("sumPerChannel", () => {
  const numbers = [1, 2, 3, 4, 5, 6, 7, 8];
  it.each([
    [
      [4, 2],
      [16, 20],
    ],
    [
      [2, 2, 2],
      [14, 22],
    ],
    [
      [1, 2, 2, 2],
      [10, 26],
    ],
  ])("of %j is %j", async (shape, expected) => {
    const map = input("map", ["batch", ...shape.slice(1)]);
    const sum = sumPerChannel(op, map);
    expect(sum.shape).toEqual([2]);
    const [found] = await compute([sum], [map], { map: float32(shape, numbers) });
    expect(numbersOf(found!)).toEqual(expected);
  });
});
