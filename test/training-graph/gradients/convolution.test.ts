import { describe, expect, it } from "vitest";
import { createOps } from "../../../src/onnx/builder.js";
import { float32, sizeOf } from "../../../src/tensor.js";
import { byChannel, byPosition, weightGradient } from "../../../src/training-graph/gradients/convolution.js";
import { windowOf } from "../../../src/training-graph/gradients/window.js";
import { compute, input, numbersOf } from "../../helpers/run-graph.js";

const counting = (shape: readonly number[]) =>
  float32(
    shape,
    Array.from({ length: sizeOf(shape) }, (_, i) => (i % 7) - 3),
  );

/** A Conv with `group` groups of [channels → filters]. */
function convolution(group: number, channels: number, filters: number, kernel: readonly number[]) {
  const op = createOps();
  const shapes = { X: [2, group * channels, 7, 6], dY: [2, group * filters, 3, 3] };
  const W = input("W", [group * filters, channels, ...kernel]);
  const [X, dY] = [input("X", shapes.X), input("dY", shapes.dY)];
  // Of the 7 + 1 - kernel + 1 positions every third, of the 6 every second.
  const window = windowOf({ strides: [3, 2], pads: [0, 1, 1, 0] }, kernel);
  return { op, X, W, dY, window, group, feeds: { X: counting(shapes.X), dY: counting(shapes.dY) } };
}

describe("the gradient of a convolution's weights", () => {
  it.each([
    [1, 2, 3],
    [2, 2, 1],
    [3, 1, 2],
  ])("is the same by position and by channel: %j groups of %j → %j", async (...sizes) => {
    const { feeds, ...parts } = convolution(...sizes, [2, 3]);
    const values = [byPosition(parts), byChannel(parts)];
    expect(values.map(({ shape }) => shape)).toEqual([parts.W.shape, parts.W.shape]);
    const [a, b] = await compute(values, [parts.X, parts.dY], feeds);
    expect(numbersOf(a!)).toEqual(numbersOf(b!));
    expect(numbersOf(a!).some((number) => number !== 0)).toBe(true);
  });

  it("is by position unless the kernel has more of them than a group has channels", () => {
    const wide = convolution(1, 6, 2, [2, 3]);
    expect(weightGradient(wide)).toBe(byPosition(wide));
    const narrow = convolution(1, 5, 2, [2, 3]);
    expect(weightGradient(narrow)).toBe(byChannel(narrow));
  });
});
