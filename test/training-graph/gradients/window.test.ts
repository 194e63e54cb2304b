import { describe, expect, it } from "vitest";
import { createOps } from "../../../src/onnx/builder.js";
import { float32 } from "../../../src/tensor.js";
import {
  cropped,
  knownSizes,
  padded,
  spatial,
  taps,
  unread,
  windowOf,
} from "../../../src/training-graph/gradients/window.js";
import { compute, input, numbersOf } from "../../helpers/run-graph.js";

/** [1, 1, 3, 4], row by row 0 … 11. */
const x = input("x", [1, 1, 3, 4]);
const feeds = { x: float32([1, 1, 3, 4], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) };

describe("windowOf", () => {
  it("fills in ONNX's defaults", () => {
    expect(windowOf({}, [3, 5])).toEqual({
      kernel: [3, 5],
      strides: [1, 1],
      dilations: [1, 1],
      begin: [0, 0],
      end: [0, 0],
    });
  });

  it("takes a pool's kernel from its attributes, and pads apart", () => {
    const attributes = { kernel_shape: [2, 3], strides: [2, 1], dilations: [1, 2], pads: [1, 2, 3, 4] };
    expect(windowOf(attributes)).toEqual({
      kernel: [2, 3],
      strides: [2, 1],
      dilations: [1, 2],
      begin: [1, 2],
      end: [3, 4],
    });
  });
});

describe("sizes", () => {
  it("are numbers, but for the batch", () => {
    const value = input("value", ["batch", 3, 5, 4]);
    expect(spatial(value)).toEqual([5, 4]);
    expect(knownSizes(value, 1)).toEqual([3, 5, 4]);
    expect(() => knownSizes(value)).toThrow("sizes of value [batch,3,5,4] are not all known");
  });
});

describe("unread", () => {
  it("counts what a stride leaves at the end", () => {
    const strided = windowOf({ strides: [3], dilations: [2], pads: [1, 1] }, [2]);
    // Windows of 3 in 1 + n + 1.
    expect([4, 5, 6, 7].map((size) => unread(strided, [size], [2])[0])).toEqual([0, 1, 2, 3]);
    expect(unread(windowOf({ strides: [2] }, [2]), [5], [3])).toEqual([-1]);
  });
});

describe("padded", () => {
  it("puts a number around space, or nothing", async () => {
    const op = createOps();
    const value = padded(op, x, windowOf({ pads: [0, 1, 1, 0] }, [1, 1]), -5);
    expect(value.shape).toEqual([1, 1, 4, 5]);
    const [found] = await compute([value], [x], feeds);
    expect(numbersOf(found!)).toEqual([-5, 0, 1, 2, 3, -5, 4, 5, 6, 7, -5, 8, 9, 10, 11, -5, -5, -5, -5, -5]);
    expect(padded(op, x, windowOf({}, [1, 1]))).toBe(x);
  });
});

describe("cropped", () => {
  it("keeps the first of each axis", async () => {
    const op = createOps();
    const [found] = await compute([cropped(op, x, [2, 3])], [x], feeds);
    expect([found!.shape, numbersOf(found!)]).toEqual([
      [1, 1, 2, 3],
      [0, 1, 2, 4, 5, 6],
    ]);
    expect(cropped(op, x, [3, 4])).toBe(x);
  });
});

describe("taps", () => {
  it("gives what all windows have at each position of the kernel", async () => {
    const op = createOps();
    const window = windowOf({ strides: [1, 2], dilations: [2, 1] }, [2, 2]);
    const values = taps(op, x, window, [1, 2]);
    expect(values.map(({ shape }) => shape)).toEqual(Array(4).fill([1, 1, 1, 2]));
    const found = await compute(values, [x], feeds);
    expect(found.map(numbersOf)).toEqual([
      [0, 2],
      [1, 3],
      [8, 10],
      [9, 11],
    ]);
  });

  it("copies nothing where a window is one element", () => {
    expect(taps(createOps(), x, windowOf({}, [1, 1]), [3, 4])).toEqual([x]);
    const [one] = taps(createOps(), x, windowOf({ strides: [2, 2] }, [1, 1]), [2, 2]);
    expect(one!.shape).toEqual([1, 1, 2, 2]);
  });
});
