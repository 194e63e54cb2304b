// Rules of operators that move all elements, whatever these are: the gradient moves back.
import type { Ops } from "../../onnx/builder.js";
import { isNumber, positive, type TypedValue } from "../../onnx/shapes/dims.js";
import { sumTo } from "./broadcasting.js";
import { defineGradient } from "./define.js";
import { reshapedLike, zerosLike } from "./like.js";
import { knownSizes } from "./window.js";

export const Reshape = defineGradient("Reshape", { data: ({ op, data, dY }) => reshapedLike(op, dY, data) });

export const Flatten = defineGradient("Flatten", { input: ({ op, input, dY }) => reshapedLike(op, dY, input) });

// Axes count by the longer of the two shapes in both directions.
export const Unsqueeze = defineGradient("Unsqueeze", { data: ({ op, axes, dY }) => op.Squeeze(dY, axes) });

export const Squeeze = defineGradient("Squeeze", {
  data: ({ op, data, axes, dY }) => (axes ? op.Unsqueeze(dY, axes) : reshapedLike(op, dY, data)),
});

export const Transpose = defineGradient("Transpose", {
  data: ({ op, dY, attributes: { perm } }) =>
    // Without perm the axes are reversed, which is its own inverse.
    op.Transpose(dY, perm && { perm: perm.map((_, axis) => perm.indexOf(axis)) }),
});

export const Expand = defineGradient("Expand", { input: ({ op, input, dY }) => sumTo(op, dY, input) });

export const Concat = defineGradient("Concat", {
  // One Split serves all.
  inputs: ({ op, inputs, dY, attributes: { axis } }, index) =>
    op.Split(dY, sizesAlong(op, inputs, axis), { axis })[index]!,
});

export const Split = defineGradient("Split", {
  input: ({ op, Y, dY, attributes: { axis } }) =>
    op.Concat(
      Y.map((part, i) => dY[i] ?? zerosLike(op, part)),
      { axis },
    ),
});

export const SpaceToDepth = defineGradient("SpaceToDepth", {
  input: ({ op, dY, attributes: { blocksize } }) => op.DepthToSpace(dY, { blocksize }),
});

export const DepthToSpace = defineGradient("DepthToSpace", {
  // SpaceToDepth has no modes, and no kernel on WebGPU. By hand, then: Y [N, C, H·b, W·b] → [N, C, H, b, W, b] → the axes
  // of the blocks before or behind the channels → X [N, C·b², H, W].
  input: ({ op, input, Y, dY, attributes: { blocksize, mode } }) => {
    const [channels = 0] = knownSizes(Y, 1);
    const [height = 0, width = 0] = knownSizes(input, 2);
    const blocks = op.Reshape(dY, op.ints(0, channels, height, blocksize, width, blocksize));
    const perm = mode === "DCR" ? [0, 3, 5, 1, 2, 4] : [0, 1, 3, 5, 2, 4];
    return reshapedLike(op, op.Transpose(blocks, { perm }), input);
  },
});

/** How much each of `values` measures along `axis`: int64 [values]. */
function sizesAlong(op: Ops, values: readonly TypedValue[], axis: number): TypedValue {
  const at = positive(axis, values[0]!);
  const sizes = values.map(({ shape }) => shape[at]);
  if (sizes.every(isNumber)) return op.ints(...sizes);
  return op.Concat(
    values.map((value) => op.Shape(value, { start: at, end: at + 1 })),
    { axis: 0 },
  );
}
