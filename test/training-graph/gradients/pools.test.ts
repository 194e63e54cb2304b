import { describe, expect, it } from "vitest";
import { createOps } from "../../../src/onnx/builder.js";
import { float32 } from "../../../src/tensor.js";
import { givenBack, planes } from "../../../src/training-graph/gradients/pools.js";
import type { Window } from "../../../src/training-graph/gradients/window.js";
import { compute, input, numbersOf } from "../../helpers/run-graph.js";

const op = createOps();

describe("planes", () => {
  it("piles up channels, however many photos there are", async () => {
    const map = input("map", ["batch", 2, 1, 3]);
    const pile = planes(op, map);
    expect(pile.shape).toEqual([undefined, 1, 1, 3]);
    const [found] = await compute([pile], [map], { map: float32([1, 2, 1, 3], [1, 2, 3, 4, 5, 6]) });
    expect(found!.shape).toEqual([2, 1, 1, 3]);
    expect(numbersOf(found!)).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

describe("givenBack", () => {
  const window = ({ strides = [1], begin = [0], end = [0], dilations = [1] }: Partial<Window>): Window => ({
    kernel: [2],
    strides,
    dilations,
    begin,
    end,
  });
  // Two shares of each window, of which the first goes to its first position and the second, doubled, to its second.
  const weights = float32([2, 1, 2], [1, 0, 0, 2]);

  it.each<[string, Window, number, number[], number[]]>([
    ["overlapping", window({}), 3, [1, 2, 10, 20], [1, 22, 40]],
    ["with a stride that leaves two unread", window({ strides: [3] }), 7, [1, 2, 10, 20], [1, 20, 0, 2, 40, 0, 0]],
    ["in padding", window({ strides: [2], begin: [1], end: [1] }), 2, [1, 2, 10, 20], [20, 2]],
    ["partly in padding that is not read", window({ strides: [2], end: [2] }), 3, [1, 2, 10, 20], [1, 20, 2]],
    ["beyond X without padding, by ceil_mode", window({ strides: [2] }), 3, [1, 2, 10, 20], [1, 20, 2]],
    ["dilated", window({ dilations: [2] }), 4, [1, 2, 10, 20], [1, 2, 20, 40]],
  ])("%s", async (_, given, length, numbers, expected) => {
    const X = input("X", ["batch", 1, length]);
    const shares = input("shares", ["planes", 2, 2]);
    const gradient = givenBack(op, { shares, weights, window: given, X });
    expect(gradient.shape).toEqual(X.shape);
    const feeds = { X: float32([1, 1, length]), shares: float32([1, 2, 2], numbers) };
    const [found] = await compute([gradient], [X, shares], feeds);
    expect(numbersOf(found!)).toEqual(expected);
  });
});
